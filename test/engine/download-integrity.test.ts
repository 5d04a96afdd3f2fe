// Bytes that arrive but are not the file's: they are detected, and intact files are not rejected.
import { useDownloads } from './harness/downloads';
import { seedJob } from './harness/outputs';
import { useServer } from './harness/useServer';

// A machine busy with other work is slow; that is not a failure.
jest.setTimeout(30_000);

const { service, download, fault, faultInStorage, statuses, expectAllFiles } = useDownloads();

describe('checksums', () => {
	const outputBytes = 2_000_000;

	test.each([1_000, outputBytes])(
		'a bit that flips on its way (file of %i bytes) is noticed, and the file fetched again',
		async (bytes) => {
			const id = seedJob(service, { outputs: 3, outputBytes: bytes });
			faultInStorage({ kind: 'flip', at: bytes - 1 });
			const run = await download(id);
			expect(statuses()).toHaveLength(3 + 2);
			await expectAllFiles(run, id);
		},
	);

	test('a bit that flips in a part that is combined', async () => {
		const id = seedJob(service, { outputs: 4, inputs: 1 });
		faultInStorage({ kind: 'flip', at: 4_000 });
		const combine = async () => {
			const { items, binary } = await download(id, { options: { combine: 'job' } });
			return await binary(items[0]!);
		};
		const file = await combine();
		expect(statuses()).toHaveLength(4 + 2);
		expect(file.equals(await combine())).toBe(true);
	});

	const etag = `"${'0123456789abcdef'.repeat(2)}"`;

	test.each([
		['encrypted with KMS', { 'x-amz-server-side-encryption': 'aws:kms' }],
		['encrypted twice with KMS', { 'x-amz-server-side-encryption': 'aws:kms:dsse' }],
		[
			"encrypted with a customer's key",
			{ 'x-amz-server-side-encryption-customer-algorithm': 'AES256' },
		],
	])('an ETag that is no MD5, since the object is %s', async (_, headers) => {
		const id = seedJob(service, { outputs: 10, outputBytes });
		faultInStorage({ kind: 'headers', headers: { etag, ...headers }, times: null });
		const run = await download(id);
		expect(statuses()).toHaveLength(10);
		await expectAllFiles(run, id);
	});

	test('an ETag that is no MD5 on a path of the API', async () => {
		const id = seedJob(service, { outputs: 10, outputBytes });
		service.steer.options({ refStyle: 'relative' });
		fault({ kind: 'headers', path: '/files/download/**', headers: { etag }, times: null });
		const run = await download(id);
		expect(service.steer.stats().routes['api GET /files/download/:file_id']?.requests).toBe(10);
		await expectAllFiles(run, id);
	});

	test.each(['none', 'job'])(
		'an ETag that is no MD5 although nothing says so (combine: %s) costs the first files only',
		async (combine) => {
			const id = seedJob(service, { outputs: 100 });
			faultInStorage({ kind: 'headers', headers: { etag }, times: null });
			const run = await download(id, { options: { combine } });
			expect(run.error).toBeUndefined();
			expect(statuses().length).toBeLessThanOrEqual(100 + 16);
			if (combine === 'none') await expectAllFiles(run, id);
		},
	);
});

describe('a file that changes in the storage after a transfer has broken', () => {
	const before = Buffer.alloc(300_000, 'a');
	const now = Buffer.alloc(300_000, 'b');
	let seen: string[];
	let change: { first: object; then: object; knowsIfRange: boolean };
	const changing = useServer((request, response) => {
		const { range = '', 'if-range': ifRange } = request.headers;
		seen.push(range);
		if (seen.length === 1) {
			response.writeHead(200, { 'content-length': before.length, ...change.first });
			response.write(before.subarray(0, 100_000), () => response.destroy());
			return;
		}
		const from = Number(/^bytes=(\d+)-$/.exec(range)?.[1] ?? 0);
		const isWhole = from === 0 || (change.knowsIfRange && ifRange !== undefined);
		const rest = isWhole ? now : now.subarray(from);
		response.writeHead(isWhole ? 200 : 206, {
			'content-length': rest.length,
			...(!isWhole && { 'content-range': `bytes ${from}-${now.length - 1}/${now.length}` }),
			...change.then,
		});
		response.end(rest);
	});
	beforeEach(() => (seen = []));

	const etags = { first: { etag: '"one"' }, then: { etag: '"two"' } };
	const dates = {
		first: { 'last-modified': 'Tue, 02 Jun 2026 08:00:00 GMT' },
		then: { 'last-modified': 'Tue, 02 Jun 2026 08:00:09 GMT' },
	};

	test.each([
		['knows If-Range', 'ETag', { ...etags, knowsIfRange: true }],
		['does not know If-Range', 'ETag', { ...etags, knowsIfRange: false }],
		['knows If-Range', 'Last-Modified', { ...dates, knowsIfRange: true }],
		['does not know If-Range', 'Last-Modified', { ...dates, knowsIfRange: false }],
	])('a storage that %s (%s): never a mix of both', async (_, __, given) => {
		change = given;
		const id = seedJob(service, { outputBytes: now.length });
		faultInStorage({ kind: 'redirect', location: changing.url, times: null });

		const { items, error, binary } = await download(id);

		expect(error).toBeUndefined();
		expect((await binary(items[0]!)).equals(now)).toBe(true);
		expect(seen).toEqual(['', expect.stringMatching(/^bytes=[1-9]\d*-$/), '']);
	});
});
