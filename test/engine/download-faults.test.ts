// What can go wrong during downloads. Every test ends either with all bytes, exactly as the service
// has them, or with an error that names the file; and the storage never sees the key.
import fc from 'fast-check';
import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import type { IncomingHttpHeaders } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import pLimit from 'p-limit';
import { useDownloads } from './harness/downloads';
import { expectFiles, listOutputs, type Output, seedJob } from './harness/outputs';
import { useServer } from './harness/useServer';

/** Replays the random faults of an earlier run. */
const SEED = Number(process.env.FAULT_SEED ?? Date.now() % 1_000_000_000);

/** What the tests' own servers serve. */
const FILE = Buffer.from(Array.from({ length: 300_000 }, (_, at) => at % 251));

// A machine busy with other work is slow; that is not a failure.
jest.setTimeout(60_000);

const {
	service,
	download,
	fault,
	faultInStorage,
	faultInLists,
	requestsTo,
	statuses,
	expireLinks,
	after,
	noneOpen,
	expectAllFiles,
} = useDownloads();

describe('broken connections', () => {
	/** Sizes of a job's files, and which of them breaks off where. */
	const breaksOf = (min: number, max: number) =>
		fc.record({
			sizes: fc.array(fc.integer({ min, max }), { minLength: 1, maxLength: 4 }),
			victim: fc.nat(),
			at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
		});

	// Files below half a megabyte go into n8n's store in one piece, larger ones as a stream.
	test.each([
		['small', breaksOf(1, 200_000)],
		['large', breaksOf(600_000, 3_000_000)],
	])(
		`reset at a random byte of a random %s file, 100 runs (FAULT_SEED=${SEED})`,
		async (_, breaks) => {
			const atOnce = pLimit(10);
			const runs = fc.sample(breaks, { numRuns: 100, seed: SEED }).map(({ sizes, victim, at }) =>
				atOnce(async () => {
					const id = seedJob(service, { outputs: 0 });
					const files = sizes.map((bytes, part) => ({ filename: `part_${part}.csv`, bytes }));
					await service.steer.addOutputs(id, files);
					const outputs = await listOutputs(service, id);
					const { data } = outputs[victim % outputs.length]!;
					const path = new URL(data.ref).pathname;
					faultInStorage({ kind: 'reset', afterBytes: Math.floor(at * data.num_bytes), path });
					await expectFiles(await download(id), outputs);
				}),
			);
			await Promise.all(runs);
			expect(service.steer.faults().map(({ struck }) => struck)).toEqual(Array(100).fill(1));
		},
	);

	test('a large file that breaks again and again, with storages that know Range and that do not', async () => {
		const afterBytes = [1, 200_000, 524_288, 700_000];
		const id = seedJob(service, { outputs: 1, outputBytes: 2_000_000 });
		faultInStorage({ kind: 'truncate', bytes: 600_000, contentLength: 'cut' });
		for (const bytes of afterBytes) faultInStorage({ kind: 'reset', afterBytes: bytes });
		const run = await download(id);
		expect(statuses()).toEqual([200, 206, 206, 206, 206, 206]);
		await expectAllFiles(run, id);

		service.steer.options({ refStyle: 'relative' });
		const path = '/files/download/**';
		for (const bytes of afterBytes) fault({ kind: 'reset', path, afterBytes: bytes });
		await expectAllFiles(await download(id), id);
	});

	test.each([
		['a right', 'full', 5_000],
		['a wrong', 'cut', 5_000],
		['a right', 'full', null],
		['a wrong', 'cut', null],
	] as const)(
		'truncation with %s Content-Length (%s), num_bytes %s',
		async (_, contentLength, num_bytes) => {
			const id = seedJob(service, { outputs: 10 });
			const list = await service.get<{ outputs: object[] }>(`/batch/jobs/${id}/outputs`);
			const outputs = list.outputs.map((output) => ({
				...output,
				data: { ...(output as { data: object }).data, num_bytes },
			}));
			faultInLists({ kind: 'body', body: { ...list, outputs }, times: null });
			for (const [skip, bytes] of [0, 1, 2_500, 4_999].entries()) {
				faultInStorage({ kind: 'truncate', bytes, contentLength, skip });
			}
			await expectAllFiles(await download(id), id);
		},
	);

	test('a storage without Range: what has come is not stored twice', async () => {
		const id = seedJob(service, { outputs: 10, outputBytes: 50_000 });
		service.steer.options({ refStyle: 'relative' });
		const path = '/files/download/**';
		for (const afterBytes of [1, 20_000, 49_999]) fault({ kind: 'reset', path, afterBytes });
		await expectAllFiles(await download(id), id);
	});

	test('503 bursts', async () => {
		const id = seedJob(service, { outputs: 120 });
		faultInStorage({ kind: 'status', status: 503, envelope: 'xml', skip: 30, times: 12 });
		faultInLists({ kind: 'status', status: 503, envelope: 'html', skip: 1, times: 2 });
		await expectAllFiles(await download(id), id);
	});

	test('503 bursts while a broken transfer is to go on', async () => {
		const id = seedJob(service, { outputBytes: 500_000 });
		faultInStorage({ kind: 'reset', afterBytes: 200_000 });
		faultInStorage({ kind: 'status', status: 503, envelope: 'xml', times: 2 });
		const run = await download(id);
		expect(statuses()).toEqual([200, 503, 503, 206]);
		await expectAllFiles(run, id);
	});
});

describe('storages', () => {
	test("a slow reader's storage: it breaks the connection off, and the link has expired", async () => {
		const id = seedJob(service, { outputs: 3, outputBytes: 2_000_000 });
		faultInStorage({ kind: 'reset', afterBytes: 1_500_000, times: 3 });
		const writeFile = fs.writeFile;
		const disk = jest.spyOn(fs, 'writeFile').mockImplementation((file, data, options) => {
			return writeFile(file, isStream(data) ? slowly(data) : data, options);
		});
		try {
			const running = download(id);
			await after(1, 'storage', expireLinks);
			const run = await running;
			expect(statuses()).toContain(206);
			await expectAllFiles(run, id);
		} finally {
			disk.mockRestore();
		}
	});

	test('slow starts: a storage whose answers come late is waited for', async () => {
		const id = seedJob(service, { outputs: 12, outputBytes: 700_000 });
		faultInStorage({ kind: 'latency', ms: 1_000, times: null });
		const run = await download(id);
		expect(requestsTo('storage')).toHaveLength(12);
		await expectAllFiles(run, id);
	});

	test('a slow storage holds up only its own file, and is not asked again', async () => {
		const id = seedJob(service, { outputs: 40, outputBytes: 20_000 });
		faultInStorage({ kind: 'slow', bytesPerSecond: 30_000 });
		const run = await download(id);
		expect(requestsTo('storage')).toHaveLength(40);
		await expectAllFiles(run, id);
	});

	test.each([
		[1, '5000 bytes arrived instead of 5001'],
		[-1, 'more than the 4999 bytes that the service counts'],
		[5_000, '5000 bytes arrived instead of 10000'],
	])('wrong num_bytes (%i): an error that names the file', async (numBytesOffset, problem) => {
		const id = seedJob(service, { outputs: 3 });
		const names = (await listOutputs(service, id)).map(({ data }) => data.filename);
		service.steer.options({ numBytesOffset });

		const { items } = await download(id, {}, { onError: 'continueRegularOutput' });

		expect(items.map(({ binary }) => binary)).toEqual([undefined, undefined, undefined]);
		for (const [index, name] of names.entries()) {
			expect(items[index]?.json.error).toContain(name);
			expect(items[index]?.json.error).toContain(problem);
		}
	});

	test('num_bytes too small: the transfer ends there, however much the storage would send', async () => {
		const id = seedJob(service, { outputs: 1, outputBytes: 50_000_000 });
		service.steer.options({ numBytesOffset: -49_000_000 });

		const { error } = await download(id);

		expect(error?.message).toContain('more than the 1000000 bytes that the service counts');
		await noneOpen();
		expect(requestsTo('storage')).toHaveLength(1);
		// Bytes in flight when the connection was closed come on top.
		expect(requestsTo('storage')[0]!.bytes).toBeLessThan(20_000_000);
	});

	test('an empty file', async () => {
		const id = seedJob(service, { outputs: 0 });
		const files = [0, 10, 0].map((bytes, part) => ({ filename: `part_${part}.csv`, bytes }));
		await service.steer.addOutputs(id, files);
		const run = await download(id);
		expect((await run.binary(run.items[0]!)).length).toBe(0);
		expect(requestsTo('storage')).toHaveLength(3);
		await expectAllFiles(run, id);
	});

	test('F12 two outputs with one name have names that differ', async () => {
		const id = seedJob(service, { outputs: 0 });
		const contents = ['first', 'second', 'third'];
		const files = contents.map((content) => ({ filename: 'results.csv', content }));
		await service.steer.addOutputs(id, files);
		const run = await download(id);
		const names = run.items.map(({ binary }) => binary?.data?.fileName);
		expect(names).toEqual(['results.csv', 'results_2.csv', 'results_3.csv']);
		await expectAllFiles(run, id);
	});

	test('names with `/`, `..`, NUL, 300 characters and emoji', async () => {
		const id = seedJob(service, { outputs: 0 });
		const names = {
			'a/b.csv': 'b.csv',
			'../../x.csv': 'x.csv',
			'nul\0.csv': '_nul.csv',
			[`${'x'.repeat(300)}.csv`]: `${'x'.repeat(251)}.csv`,
			'📈 Ergebnis.csv': '📈 Ergebnis.csv',
			[`${'👩‍🔬'.repeat(60)}.csv`]: `${'👩‍🔬'.repeat(22)}👩‍.csv`,
		};
		const added = await service.steer.addOutputs(
			id,
			[...Object.keys(names), '..', '\0'].map((filename) => ({ filename, content: filename })),
		);
		service.steer.options({ listOrder: 'oldest' });

		const run = await download(id);

		const found = run.items.map(({ binary }) => binary?.data?.fileName);
		expect(found.sort()).toEqual([...Object.values(names), ...added.ids.slice(-2)].sort());
		await expectAllFiles(run, id);
	});

	test('`ref` relative, with transfers that break', async () => {
		const id = seedJob(service, { outputs: 30, outputBytes: 20_000 });
		service.steer.options({ refStyle: 'relative' });
		const path = '/files/download/**';
		fault({ kind: 'reset', path, afterBytes: 7_000, times: 3 });
		fault({ kind: 'truncate', path, bytes: 7_000, contentLength: 'cut', times: 3 });
		fault({ kind: 'status', path, status: 503, times: 3 });
		const run = await download(id);
		expect(service.steer.stats().storage.requests).toBe(0);
		await expectAllFiles(run, id);
	});

	describe('`ref` redirecting to a foreign host', () => {
		let seen: IncomingHttpHeaders[];
		/** Another host with the same file: it breaks off the first transfer and supports ranges. */
		const foreign = useServer((request, response) => {
			seen.push(request.headers);
			const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
			const rest = FILE.subarray(from);
			response.writeHead(from > 0 ? 206 : 200, {
				'content-length': rest.length,
				'content-range': `bytes ${from}-${FILE.length - 1}/${FILE.length}`,
			});
			if (seen.length > 1) response.end(rest);
			else response.write(rest.subarray(0, 200_000), () => response.destroy());
		});
		beforeEach(() => (seen = []));

		test.each([
			['a path of the API', 'relative', { path: '/files/download/**' }],
			['a link to storage', 'presigned', { origin: 'storage', path: '**' }],
		] as const)('%s', async (_, refStyle, place) => {
			const id = seedJob(service, { outputBytes: FILE.length });
			service.steer.options({ refStyle });
			fault({ kind: 'redirect', location: foreign.url, times: null, ...place });

			const { items, error, binary } = await download(id);

			expect(error).toBeUndefined();
			expect((await binary(items[0]!)).equals(FILE)).toBe(true);
			expect(seen.map(({ range }) => range !== undefined)).toEqual([false, true]);
			expect(JSON.stringify(seen)).not.toContain(service.apiKey);
			expect(seen.map(({ authorization }) => authorization)).toEqual([undefined, undefined]);
		});
	});

	describe('a storage that compresses where it may', () => {
		const etag = `"${createHash('md5').update(FILE).digest('hex')}"`;
		const compressing = useServer((request, response) => {
			const mayCompress = /gzip/.test(String(request.headers['accept-encoding']));
			const body = mayCompress ? gzipSync(FILE) : FILE;
			response.writeHead(200, {
				'content-length': body.length,
				...(mayCompress && { 'content-encoding': 'gzip' }),
				etag,
			});
			response.end(body);
		});

		test('is asked for the bytes as they are, which can be counted and go on after a break', async () => {
			const id = seedJob(service, { outputBytes: FILE.length });
			faultInStorage({ kind: 'redirect', location: compressing.url, times: null });
			const list = await service.get<{ outputs: Output[] }>(`/batch/jobs/${id}/outputs`);
			const [output] = list.outputs;
			const outputs = [{ ...output, data: { ...output!.data, num_bytes: null } }];
			faultInLists({ kind: 'body', body: { ...list, outputs }, times: null });

			const { items, error, binary } = await download(id);

			expect(error).toBeUndefined();
			expect((await binary(items[0]!)).equals(FILE)).toBe(true);
		});
	});
});

const isStream = (data: unknown): data is AsyncIterable<Buffer> =>
	typeof data === 'object' && data !== null && 'pipe' in data;

/** Consumed as slowly as by a slow disk. */
async function* slowly(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
	for await (const chunk of chunks) {
		await delay(5);
		yield chunk;
	}
}
