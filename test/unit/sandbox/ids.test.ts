import { decodeId, derivedId, derivedIndex, encodeId, randomId } from '../../../sandbox/ids';

test('ids are TypeIDs: a prefix and 26 characters of Crockford base32', () => {
	expect(randomId('job')).toMatch(/^job_[0-7][0-9a-hjkmnp-tv-z]{25}$/);
});

test('an id holds a UUIDv4', () => {
	const hex = Buffer.from(decodeId('out', randomId('out'))!).toString('hex');
	expect(hex).toMatch(/^.{12}4.{3}[89ab].{15}$/);
});

test('encoding is base32 of the 128 bits, as big-integer arithmetic gives it', () => {
	const uuid = Buffer.from('0189f7e581f57aa8b3d5f6a1e4a7b2c3', 'hex');
	expect(encodeId('x', uuid)).toBe('x_01h7vyb0fnfamb7nfpm7jafcp3');
	expect(Buffer.from(decodeId('x', 'x_01h7vyb0fnfamb7nfpm7jafcp3')!)).toEqual(uuid);
});

test.each([
	'job_',
	'job_01h7',
	'out_01h7vyb0fnfamb7nfpm7jafcp3',
	'job_81h7vyb0fnfam6v7fpm7j9fd63',
	'job_01h7vyb0fnfam6v7fpm7j9fdil',
	'JOB_01H7VYB0FNFAM6V7FPM7J9FD63',
])('%s is no job id', (text) => {
	expect(decodeId('job', text)).toBeUndefined();
});

test('ids of seeded rows lead back to their number, and only within their job', () => {
	const [job, other] = [decodeId('job', randomId('job'))!, decodeId('job', randomId('job'))!];
	const ids = Array.from({ length: 1000 }, (_, index) => derivedId('inp', job, index));
	expect(new Set(ids).size).toBe(1000);
	expect(ids.map((id) => derivedIndex('inp', job, id))).toEqual(ids.map((_, index) => index));
	expect(derivedIndex('inp', other, ids[7]!)).toBe(-1);
});
