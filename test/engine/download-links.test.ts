// Links that expire before, during and after transfers.
import { setTimeout as delay } from 'node:timers/promises';
import { useDownloads } from './harness/downloads';
import { expectFiles, fetchFile, listOutputs, seedJob } from './harness/outputs';

const HOUR_MS = 3_600_000;

// A machine busy with other work is slow; that is not a failure.
jest.setTimeout(30_000);

const {
	service,
	download,
	faultInStorage,
	statuses,
	listCalls,
	expireLinks,
	after,
	expectAllFiles,
} = useDownloads();

/** The tests' own requests are not counted. */
async function uncounted<T>(work: () => Promise<T>): Promise<T> {
	const result = await work();
	service.steer.reset({ only: ['stats'] });
	return result;
}

/** Calls `act` whenever the condition holds, checking every few ms, until the download is over. */
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

describe('expiring links', () => {
	test('403 at expiry: links that expire before they are used', async () => {
		const id = seedJob(service, { outputs: 250 });
		faultInStorage({ kind: 'latency', ms: 100, times: 8 });
		const running = download(id);
		await after(3, 'api', expireLinks);
		const run = await running;
		expect(statuses()).toContain(403);
		// Each page of links is re-read once.
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

	test.each([
		[400, 'ExpiredToken', 'The provided token has expired.'],
		[401, 'Unauthorized', 'Unauthorized'],
		[403, 'AccessDenied', 'Request has expired'],
	])(
		'HTTP %i (%s): a link that the storage refuses before `expires_at` is renewed',
		async (status, code, message) => {
			const id = seedJob(service, { outputs: 5 });
			faultInStorage({ kind: 'status', status, code, message, envelope: 'xml', skip: 2 });
			const run = await download(id);
			expect(statuses().filter((given) => given === status)).toHaveLength(1);
			expect(listCalls()).toBe(2);
			await expectAllFiles(run, id);
		},
	);

	test('a link that is refused although it was renewed is an error that names the file', async () => {
		const id = seedJob(service, { outputs: 1 });
		const [output] = await uncounted(() => listOutputs(service, id));
		faultInStorage({ kind: 'status', status: 400, envelope: 'xml', times: null });
		const { error } = await download(id);
		expect(error?.message).toContain(output!.data.filename);
		expect(error?.message).toContain('the storage refused its link (HTTP 400)');
		expect([statuses(), listCalls()]).toEqual([[400, 400], 2]);
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
			// One call per hundred files, and one more whenever links expired within a hundred.
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
			// Long enough for the list to grow while files are read, however fast the machine is.
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

/** The same value over and over. */
const several = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one);
