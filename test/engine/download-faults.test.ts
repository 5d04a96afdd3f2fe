// What can go wrong while files are downloaded. Every test ends with all bytes, as the service has
// them, or with an error that names the file; and with no key seen by the storage.
import fc from 'fast-check';
import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import type { IncomingHttpHeaders } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { INode, INodeParameters } from 'n8n-workflow';
import pLimit from 'p-limit';
import type { FaultRequest } from '../../sandbox/http/faults';
import { useSandbox } from './harness';
import {
	expectFiles,
	fetchFile,
	listOutputs,
	type Output,
	runOnOutputs,
	seedJob,
} from './harness/outputs';
import { useServer } from './harness/useServer';

const HOUR_MS = 3_600_000;
/** Repeats the random faults of an earlier run. */
const SEED = Number(process.env.FAULT_SEED ?? Date.now() % 1_000_000_000);

/** What servers of the tests' own have to send. */
const FILE = Buffer.from(Array.from({ length: 300_000 }, (_, at) => at % 251));

// A machine that does other things at the same time is slow, and no fault.
jest.setTimeout(30_000);

const service = useSandbox();

const download = (jobId: string, parameters: INodeParameters = {}, settings: Partial<INode> = {}) =>
	runOnOutputs(
		service,
		jobId,
		{ operation: 'download', returnAll: true, ...parameters },
		{ settings },
	);

type Fault = Partial<FaultRequest> & Pick<FaultRequest, 'kind'>;
const fault = (request: Fault) => service.steer.faults(request as FaultRequest);
const faultInStorage = (request: Fault) => fault({ origin: 'storage', ...request });
const faultInLists = (request: Fault) => fault({ path: '/batch/jobs/*/outputs', ...request });

const requestsTo = (origin: 'api' | 'storage') =>
	service.steer.requests().filter((request) => request.origin === origin);
const listCalls = () => service.steer.stats().routes['api GET /batch/jobs/:id/outputs']?.requests;
const statuses = () => requestsTo('storage').map(({ status }) => status);

/** What the tests themselves ask for is not counted. */
async function uncounted<T>(work: () => Promise<T>): Promise<T> {
	const result = await work();
	service.steer.reset({ only: ['stats'] });
	return result;
}

/** Every file as the service has it, once nothing goes wrong any more. */
const expectAllFiles = async (run: Awaited<ReturnType<typeof download>>, jobId: string) => {
	expect(service.steer.stats().storage.authorization_headers).toBe(0);
	service.steer.reset({ only: ['faults'] });
	service.steer.options({ refStyle: 'presigned', numBytesOffset: 0 });
	await expectFiles(run, await listOutputs(service, jobId));
};

/** Calls `act` whenever the condition holds, looking every few ms, until the download is over. */
async function whenever(
	running: Promise<unknown>,
	condition: () => boolean,
	act: () => unknown,
	everyMs = 1,
): Promise<void> {
	let over = false;
	void running.finally(() => (over = true));
	while (!over) {
		if (condition()) await act();
		await delay(everyMs);
	}
}

/** Calls `act` once so many requests have been answered. */
async function after(count: number, origin: 'api' | 'storage', act: () => unknown) {
	while (service.steer.stats()[origin].requests < count) await delay(1);
	await act();
}

const expireLinks = () => service.steer.clock({ advance: HOUR_MS });

afterEach(() => expect(service.steer.stats().storage.authorization_headers).toBe(0));

describe('broken connections', () => {
	/** Sizes of a job's files, and where which of them breaks. */
	const breaks = fc.record({
		sizes: fc.array(fc.integer({ min: 1, max: 200_000 }), { minLength: 1, maxLength: 4 }),
		victim: fc.nat(),
		at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
	});

	test(`reset at a random byte of a random file, 100 runs (FAULT_SEED=${SEED})`, async () => {
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

describe('expiring links', () => {
	test('403 at expiry: links that expire before they are used', async () => {
		const id = seedJob(service, { outputs: 250 });
		faultInStorage({ kind: 'latency', ms: 100, times: 8 });
		const running = download(id);
		await after(3, 'api', expireLinks);
		const run = await running;
		expect(statuses()).toContain(403);
		// Each page of links is read again once.
		expect(listCalls()).toBe(6);
		await expectAllFiles(run, id);
	});

	test('403 at expiry: a link that expires during a transfer that breaks', async () => {
		const id = seedJob(service, { outputBytes: 500_000 });
		faultInStorage({ kind: 'reset', afterBytes: 200_000 });
		const running = download(id);
		await after(1, 'storage', expireLinks);
		const run = await running;
		expect(statuses()).toEqual([200, 403, 206]);
		await expectAllFiles(run, id);
	});

	test.each([['given'], ['null']])(
		'many files whose links last less than the whole run; expires_at: %s',
		async (expiry) => {
			service.steer.options({ nullExpiry: expiry === 'null' });
			const id = seedJob(service, { outputs: 400, outputBytes: 1_000 });
			const running = download(id);
			let expired = 0;
			const isDue = () => service.steer.stats().storage.requests > 90 * (expired + 1);
			await whenever(running, isDue, () => {
				expired++;
				return expireLinks();
			});
			const run = await running;
			expect(expired).toBeGreaterThanOrEqual(4);
			// A call for every hundred files, and one when links expired within a hundred.
			expect(listCalls()).toBeLessThanOrEqual(4 + 4 + expired);
			await expectAllFiles(run, id);
		},
	);

	test.each([
		['ahead of', 5],
		['behind', -5],
	])("a host clock hours %s the service's", async (_, hours) => {
		const id = seedJob(service, { outputs: 150 });
		const realNow = Date.now;
		const clock = jest.spyOn(Date, 'now').mockImplementation(() => realNow() + hours * HOUR_MS);
		try {
			const run = await download(id);
			expect(listCalls()).toBe(2);
			await expectAllFiles(run, id);
		} finally {
			clock.mockRestore();
		}
	});

	test.each(['newest', 'oldest'] as const)(
		'a job still running whose list (%s first) grows while it is read',
		async (listOrder) => {
			service.steer.options({ listOrder });
			const id = seedJob(service, { outputs: 300, outputBytes: 1_000 });
			service.steer.setJobStatus(id, { status: 'RUNNING' });
			const before = await uncounted(() => listOutputs(service, id));
			// So long that the list can grow while files are read, however fast the machine is.
			faultInStorage({ kind: 'latency', ms: 30, times: 300 });
			const running = download(id);
			let added = 0;
			await whenever(
				running,
				() => added < 120,
				async () => {
					const filename = `late_${(added += 3)}.csv`;
					await service.steer.addOutputs(id, several(3, { filename, bytes: 900 }));
					if (added === 15) await expireLinks();
				},
				10,
			);
			const { items, error, binary } = await running;

			expect(error).toBeUndefined();
			expect(added).toBeGreaterThan(15);
			expect(statuses()).toContain(403);
			const ids = items.map(({ json }) => json.id);
			expect(new Set(ids).size).toBe(ids.length);
			expect(ids).toEqual(expect.arrayContaining(before.map((output) => output.id)));
			const files = new Map((await listOutputs(service, id)).map((output) => [output.id, output]));
			for (const item of items) {
				const file = await fetchFile(files.get(item.json.id as string)!);
				expect((await binary(item)).equals(file)).toBe(true);
			}
		},
	);

	test('a list that has grown by hundreds of rows when the links expire', async () => {
		const id = seedJob(service, { outputs: 150, outputBytes: 1_000 });
		const before = await uncounted(() => listOutputs(service, id));
		faultInStorage({ kind: 'latency', ms: 300, times: 8 });
		const running = download(id);
		await after(2, 'api', async () => {
			await service.steer.addOutputs(id, several(900, { filename: 'late.csv', bytes: 9 }));
			await expireLinks();
		});
		const run = await running;
		expect(listCalls()).toBeLessThan(40);
		const files = new Map((await listOutputs(service, id)).map((output) => [output.id, output]));
		await expectFiles(
			run,
			before.map((output) => files.get(output.id)!),
		);
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

	test('a slow storage holds up only its own file, and is not asked again', async () => {
		const id = seedJob(service, { outputs: 40, outputBytes: 20_000 });
		faultInStorage({ kind: 'slow', bytesPerSecond: 30_000 });
		const run = await download(id);
		expect(requestsTo('storage')).toHaveLength(40);
		await expectAllFiles(run, id);
	});

	test.each([
		[1, '5000 bytes arrived instead of 5001'],
		[-1, '5000 bytes arrived instead of 4999'],
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

	test('an empty file', async () => {
		const id = seedJob(service, { outputs: 0 });
		const files = [0, 10, 0].map((bytes, part) => ({ filename: `part_${part}.csv`, bytes }));
		await service.steer.addOutputs(id, files);
		const run = await download(id);
		expect((await run.binary(run.items[0]!)).length).toBe(0);
		expect(requestsTo('storage')).toHaveLength(3);
		await expectAllFiles(run, id);
	});

	test('two outputs with one name', async () => {
		const id = seedJob(service, { outputs: 0 });
		const contents = ['first', 'second', 'third'];
		const files = contents.map((content) => ({ filename: 'results.csv', content }));
		await service.steer.addOutputs(id, files);
		const run = await download(id);
		expect(run.items.map(({ binary }) => binary?.data?.fileName)).toEqual(
			Array(3).fill('results.csv'),
		);
		await expectAllFiles(run, id);
	});

	test('names with `/`, `..`, NUL, 300 characters and emoji', async () => {
		const id = seedJob(service, { outputs: 0 });
		const names = {
			'a/b.csv': 'b.csv',
			'../../x.csv': 'x.csv',
			'nul\0.csv': 'nul.csv',
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

		expect(run.items.map(({ binary }) => binary?.data?.fileName)).toEqual([
			...Object.values(names),
			...added.ids.slice(-2),
		]);
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
		/** Another host with the same file: it breaks the first transfer, and knows ranges. */
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

/** The same again and again. */
const several = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one);

const isStream = (data: unknown): data is AsyncIterable<Buffer> =>
	typeof data === 'object' && data !== null && 'pipe' in data;

/** As a slow disk takes them. */
async function* slowly(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
	for await (const chunk of chunks) {
		await delay(5);
		yield chunk;
	}
}
