import { AwsCrc32c } from '@aws-crypto/crc32c';
import * as fc from 'fast-check';

import { Crc32c } from '../../../nodes/ArchetypeAi/api/uploads/crc32c';
import { Cutter } from '../../../nodes/ArchetypeAi/api/uploads/cut';

const ofChunks = (chunks: Uint8Array[]): string => {
	const crc = new Crc32c();
	for (const chunk of chunks) crc.update(Buffer.from(chunk));
	return crc.base64();
};

describe('CRC-32C', () => {
	// RFC 3720, appendix B.4.
	test.each([
		['32 bytes of zeros', Buffer.alloc(32), '8a9136aa'],
		['32 bytes of ones', Buffer.alloc(32, 0xff), '62a8ab43'],
		['32 bytes that rise', Buffer.from(Array.from({ length: 32 }, (_, at) => at)), '46dd794e'],
		['the check value of the nine digits', Buffer.from('123456789'), 'e3069283'],
		['nothing', Buffer.alloc(0), '00000000'],
	])('%s', (_, bytes, hex) => {
		expect(Buffer.from(ofChunks([bytes]), 'base64').toString('hex')).toBe(hex);
	});

	test('any bytes, however they are cut, as by the client of AWS', async () => {
		const chunks = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 8 });
		await fc.assert(
			fc.asyncProperty(chunks, async (pieces) => {
				const theirs = new AwsCrc32c();
				for (const piece of pieces) theirs.update(piece);
				const digest = Buffer.from(await theirs.digest()).toString('base64');
				expect(ofChunks(pieces)).toBe(digest);
			}),
		);
	});
});

test('chunks are cut into pieces of any lengths, byte for byte', async () => {
	const arbitrary = fc.record({
		chunks: fc.array(fc.uint8Array({ minLength: 1, maxLength: 9 }), {
			minLength: 1,
			maxLength: 12,
		}),
		lengths: fc.array(fc.nat({ max: 12 }), { maxLength: 12 }),
	});
	await fc.assert(
		fc.asyncProperty(arbitrary, async ({ chunks, lengths }) => {
			async function* source() {
				for (const chunk of chunks) yield Buffer.from(chunk);
			}
			const whole = Buffer.concat(chunks);
			const cutter = new Cutter(source());
			let at = 0;
			for (const length of lengths) {
				const pieces: Buffer[] = [];
				const take = async () => {
					for await (const piece of cutter.take(length)) pieces.push(piece);
				};
				if (at + length > whole.length) {
					await expect(take()).rejects.toThrow('bytes are missing');
					return;
				}
				await take();
				expect(Buffer.concat(pieces)).toEqual(whole.subarray(at, at + length));
				at += length;
			}
		}),
	);
});
