// Whatever is still in flight when the node has its result is aborted, and nothing new is started.
import { setTimeout as delay } from 'node:timers/promises';
import { runNode } from './harness';
import { useDownloads } from './harness/downloads';
import { runOnOutputs, seedJob } from './harness/outputs';

/** The first delay before a request is retried lies between these. */
const SHORTER_THAN_A_RETRY_MS = 100;
const LONGER_THAN_A_RETRY_MS = 1_500;

jest.setTimeout(20_000);

const { service, download, fault, faultInStorage, noneOpen } = useDownloads();

/** Requests that have come in, answered or not. */
const begun = () => {
	const { api, storage } = service.steer.stats();
	return api.concurrent.total + storage.concurrent.total;
};

/** No request is open any more, and no new one arrives. */
async function expectNothingLeft(): Promise<void> {
	// What was sent before the end may arrive just after it.
	await delay(SHORTER_THAN_A_RETRY_MS);
	const before = begun();
	await noneOpen();
	await delay(LONGER_THAN_A_RETRY_MS);
	expect(begun()).toBe(before);
}

async function whenBegun(count: number): Promise<void> {
	while (service.steer.stats().storage.concurrent.total < count) await delay(1);
}

test.each(['presigned', 'relative'] as const)(
	'a file that fails (%s) ends the transfers of the others',
	async (refStyle) => {
		const id = seedJob(service, { outputs: 30, outputBytes: 2_000_000 });
		service.steer.options({ refStyle });
		const place =
			refStyle === 'relative'
				? { path: '/files/download/**' }
				: ({ origin: 'storage', path: '**' } as const);
		// Some waiting for more data, some waiting to be retried, and one that fails.
		fault({ kind: 'stall', afterBytes: 700_000, times: 4, ...place });
		fault({ kind: 'status', status: 503, times: 2, ...place });
		fault({ kind: 'status', status: 404, ...place });

		const { error } = await download(id);

		expect(error?.message).toMatch(/_part_\d+\.csv .*(HTTP 404|was not found)/);
		await expectNothingLeft();
	},
);

test('a limit of rows ends the files that were read ahead', async () => {
	const id = seedJob(service, { outputs: 10 });
	faultInStorage({ kind: 'stall', skip: 1, times: 4 });
	faultInStorage({ kind: 'reset', times: 4 });

	const run = await runOnOutputs(service, id, {
		operation: 'readRows',
		returnAll: false,
		limit: 1,
	});

	expect(run.error).toBeUndefined();
	expect(run.items).toHaveLength(1);
	await expectNothingLeft();
});

test('a part that cannot be combined ends those that were read ahead', async () => {
	const id = seedJob(service, { outputs: 0 });
	const part = (content: string, name: number) => ({ filename: `part_${name}.csv`, content });
	await service.steer.addOutputs(id, ['a,b\n1,2\n', 'c,d\n1,2\n', 'a,b\n1,2\n'].map(part));
	faultInStorage({ kind: 'stall', path: '**/part_2.csv' });

	const { error } = await download(id, { options: { combine: 'job' } });

	expect(error?.message).toContain('the header "c,d"');
	await expectNothingLeft();
});

test('a large part that cannot be combined is closed before the next files are', async () => {
	const id = seedJob(service, { inputs: 2, outputs: 0 });
	const [one, two] = (
		await service.get<{ inputs: Array<{ id: string }> }>(`/batch/jobs/${id}/inputs`)
	).inputs.map((input) => input.id);
	await service.steer.addOutputs(id, [
		{ filename: 'one_part_0.csv', content: 'other,header\n1,2\n', inputId: one },
		{ filename: 'one_part_1.csv', bytes: 50_000_000, inputId: one },
		{ filename: 'two_part_0.csv', bytes: 50_000_000, inputId: two },
	]);
	faultInStorage({ kind: 'stall', path: '**/two_part_0.csv' });
	const stop = new AbortController();
	const running = runOnOutputs(
		service,
		id,
		{ operation: 'download', returnAll: true, options: { combine: 'input' } },
		{ settings: { onError: 'continueRegularOutput' }, signal: stop.signal },
	);

	await whenBegun(3);
	while (service.steer.stats().storage.concurrent.open > 1) await delay(1);
	stop.abort();

	expect((await running).status).toBe('canceled');
	await noneOpen();
});

test.each(['presigned', 'relative'] as const)(
	'cancelling the execution (%s) ends transfers that wait for more',
	async (refStyle) => {
		const id = seedJob(service, { outputs: 3, outputBytes: 2_000_000 });
		service.steer.options({ refStyle });
		const path = refStyle === 'relative' ? '/files/download/**' : '**';
		const origin = refStyle === 'relative' ? 'api' : 'storage';
		fault({ kind: 'stall', afterBytes: 700_000, times: 3, path, origin });
		const stop = new AbortController();
		const running = runOnOutputs(
			service,
			id,
			{ operation: 'download', returnAll: true },
			{ signal: stop.signal },
		);
		while (service.steer.stats()[origin].concurrent.open < 3) await delay(1);
		stop.abort();
		expect((await running).status).toBe('canceled');
		await expectNothingLeft();
	},
);

test('an item that fails does not end the work on the next one', async () => {
	const id = seedJob(service, { outputs: 3 });
	const lost = seedJob(service, { outputs: 3 });
	const path = `**/${lost}/**`;
	faultInStorage({ kind: 'status', status: 404, path });
	const { items } = await runNode(
		{
			...{ resource: 'output', operation: 'readRows', returnAll: false, limit: 1 },
			jobId: { __rl: true, mode: 'id', value: '={{ $json.job }}' },
		},
		{
			credential: service.credential,
			items: [lost, id].map((job) => ({ json: { job } })),
			settings: { onError: 'continueRegularOutput' },
		},
	);
	expect(items.map(({ json }) => json.error !== undefined)).toEqual([true, false]);
	await expectNothingLeft();
});
