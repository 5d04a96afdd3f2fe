import type { INodeExecutionData, INodeParameters } from 'n8n-workflow';

import { deduplicator, runNode, useSandbox } from './harness';
import { listOutputs, seedJob } from './harness/outputs';

const service = useSandbox();

beforeEach(() => deduplicator.clear());

type Options = Omit<Parameters<typeof runNode>[1], 'credential'>;

/** Download with Skip Files Already Downloaded, as in a published workflow that runs repeatedly. */
async function comeBack(jobId: string, parameters: INodeParameters = {}, options: Options = {}) {
	const { options: more, ...rest } = parameters;
	const run = await runNode(
		{
			...{ resource: 'output', operation: 'download', returnAll: true },
			jobId: { __rl: true, mode: 'id', value: jobId },
			options: { skipDownloaded: true, ...(more as INodeParameters) },
			...rest,
		},
		{ credential: service.credential, mode: 'trigger', ...options },
	);
	return { ...run, ids: idsOf(run.items) };
}

const idsOf = (items: INodeExecutionData[]) =>
	items.filter(({ binary }) => binary !== undefined).map(({ json }) => json.id as string);

const idsIn = async (jobId: string) => (await listOutputs(service, jobId)).map(({ id }) => id);

async function loseFile(jobId: string, place: number, times: number | null = 1) {
	const lost = (await listOutputs(service, jobId))[place]!;
	const path = new URL(lost.data.ref).pathname;
	service.steer.faults({ origin: 'storage', kind: 'status', status: 404, path, times });
	return lost.id;
}

const onError = { settings: { onError: 'continueRegularOutput' } } as const;

describe('Limit and Max Total Size count what is new', () => {
	test.each(['newest', 'oldest'] as const)('Limit, the list %s first', async (listOrder) => {
		service.steer.options({ listOrder });
		const id = seedJob(service, { outputs: 5 });
		const all = await idsIn(id);
		const next = async () => (await comeBack(id, { returnAll: false, limit: 2 })).ids;

		expect(await next()).toEqual(all.slice(0, 2));
		expect(await next()).toEqual(all.slice(2, 4));
		expect(await next()).toEqual(all.slice(4));
		expect(await next()).toEqual([]);
	});

	test('Max Total Size, of a job that has long passed it', async () => {
		const id = seedJob(service, { outputs: 4, outputBytes: 900_000 });
		await comeBack(id);
		await service.steer.addOutputs(id, [{ filename: 'new.csv', bytes: 900_000 }]);

		const { items, error } = await comeBack(id, { options: { maxTotalSize: 1 } });

		expect(error).toBeUndefined();
		expect(items.map(({ json }) => json.filename)).toEqual(['new.csv']);
	});
});

describe('a file is remembered once it was handed on', () => {
	test('the one that failed comes next time', async () => {
		const id = seedJob(service, { outputs: 4 });
		const lost = await loseFile(id, 2);

		const first = await comeBack(id, {}, onError);

		expect(first.items).toHaveLength(4);
		expect(first.ids).toEqual((await idsIn(id)).filter((one) => one !== lost));
		expect((await comeBack(id)).ids).toEqual([lost]);
		expect((await comeBack(id)).ids).toEqual([]);
	});

	test('none is when the node fails', async () => {
		const id = seedJob(service, { outputs: 4 });
		await loseFile(id, 3);
		expect((await comeBack(id)).error).toBeDefined();
		expect((await comeBack(id)).ids).toEqual(await idsIn(id));
	});

	test('none is when the node fails on a later item', async () => {
		const id = seedJob(service, { outputs: 2 });
		const jobId = { __rl: true, mode: 'id', value: '={{ $json.id }}' };
		const items = [{ json: { id } }, { json: { id: 'job_missing' } }];
		expect((await comeBack('', { jobId }, { items })).error).toBeDefined();
		expect((await comeBack(id)).ids).toEqual(await idsIn(id));
	});

	test('n8n killed at any moment of a run costs no file', async () => {
		const id = seedJob(service, { outputs: 4 });
		const all = await idsIn(id);
		await comeBack(id, { returnAll: false, limit: 1 });
		const writesBefore = deduplicator.written.length;

		await comeBack(id);

		// The last write ends the run: what it fetched was passed on.
		const during = deduplicator.written.slice(writesBefore, -1);
		expect(during.length).toBeGreaterThan(0);
		for (const entries of during) {
			deduplicator.load(entries);
			expect((await comeBack(id)).ids).toEqual(expect.arrayContaining(all.slice(1)));
			expect((await comeBack(id)).ids).toEqual([]);
		}
	});

	test('two items of one job do not get the same file', async () => {
		const id = seedJob(service, { outputs: 3 });
		const { ids } = await comeBack(id, {}, { items: [{ json: {} }, { json: {} }] });
		expect(ids).toEqual(await idsIn(id));
	});

	test('a test by hand gets every file, and takes none from the published workflow', async () => {
		const id = seedJob(service, { outputs: 3 });
		const all = await idsIn(id);
		const byHand = async () => (await comeBack(id, {}, { mode: 'manual' })).ids;

		expect(await byHand()).toEqual(all);
		expect((await comeBack(id)).ids).toEqual(all);
		expect(await byHand()).toEqual(all);
	});
});

test('with Combine, the parts of the file that failed come again, and no others', async () => {
	const id = seedJob(service, { outputs: 0, inputs: 3, shots: 0 });
	const path = `/batch/jobs/${id}/inputs`;
	const { inputs } = await service.get<{ inputs: Array<{ id: string }> }>(path);
	service.steer.options({ listOrder: 'oldest' });
	const named = (name: string, place: number) => ({
		...{ filename: `${name}.csv`, content: `x\n${name}\n` },
		inputId: inputs[place]!.id,
	});
	await service.steer.addOutputs(id, [named('c', 0), named('b', 1), named('a', 2)]);
	await loseFile(id, 2);
	const combine = async () => {
		const options = { combine: 'input' };
		const { items } = await comeBack(id, { options }, onError);
		return items.map(({ json }) => (json.error === undefined ? json.filename : 'failed'));
	};

	expect(await combine()).toEqual(['failed', 'b.csv', 'c.csv']);
	expect(await combine()).toEqual(['a.csv']);
	expect(await combine()).toEqual([]);
});

test('n8n killed while it asks about one job costs none of its files, though another job comes first', async () => {
	const [id, other] = [seedJob(service, { outputs: 3 }), seedJob(service, { outputs: 2 })];
	await comeBack(id);
	const [asking] = deduplicator.written;
	deduplicator.clear();
	deduplicator.load(asking!);

	expect((await comeBack(other)).ids).toEqual(await idsIn(other));
	expect((await comeBack(id)).ids).toEqual(await idsIn(id));
	expect((await comeBack(id)).ids).toEqual([]);
});

test.each([
	['in one process', 1],
	['in three workers', 3],
])(
	'executions at once %s, half of whose first runs fail: every job gets its files, twice rather than never',
	async (_, workers) => {
		deduplicator.sharesRow = true;
		deduplicator.delayMs = () => Math.random() * 15;
		const jobs = Array.from({ length: 12 }, () => seedJob(service, { outputs: 5 }));
		for (const [place, id] of jobs.entries()) if (place % 2 === 0) await loseFile(id, 3, 3);

		const brought = new Map<string, Set<string>>(jobs.map((id) => [id, new Set()]));
		const runAll = () =>
			Promise.all(
				jobs.map(async (id, place) => {
					const settings = { id: `worker ${(place >> 1) % workers}` };
					const { ids, error } = await comeBack(id, {}, { settings });
					if (error === undefined) for (const one of ids) brought.get(id)!.add(one);
					return error === undefined;
				}),
			);
		const first = await runAll();
		expect(first.filter((succeeded) => !succeeded)).toHaveLength(6);
		for (let round = 0; round < 3; round++) await runAll();
		deduplicator.delayMs = () => 0;

		for (const id of jobs) expect([...brought.get(id)!].sort()).toEqual((await idsIn(id)).sort());
		// What was passed on is remembered: fully by one process; by several, once each runs alone.
		const again = async () => {
			const ids: string[] = [];
			for (const id of jobs) ids.push(...(await comeBack(id)).ids);
			return ids;
		};
		if (workers > 1) await again();
		expect(await again()).toEqual([]);
	},
);

test('S9: a sub-workflow, whose parent may run by hand, skips nothing, remembers nothing and says so', async () => {
	const id = seedJob(service, { outputs: 2 });
	const inSubWorkflow = () => comeBack(id, {}, { mode: 'integrated' });
	const all = await idsIn(id);
	expect((await inSubWorkflow()).ids).toEqual(all);
	expect((await comeBack(id)).ids).toEqual(all);
	const { ids, hints } = await inSubWorkflow();
	expect(ids).toEqual(all);
	expect(hints).toEqual([
		'No file is skipped in a sub-workflow: n8n does not say whether its parent runs by hand.',
	]);
});

test('H10: an output whose ID is a word of ours is a file like any other', async () => {
	const id = seedJob(service, { outputs: 2 });
	const path = `/batch/jobs/${id}/outputs`;
	const { outputs, ...list } = await service.get<{ outputs: Array<{ id: string }> }>(path);
	const body = { ...list, outputs: [{ ...outputs[0], id: 'asking' }, outputs[1]] };
	service.steer.faults({ kind: 'body', path, body, times: null });
	expect((await comeBack(id)).ids).toEqual(['asking', outputs[1]!.id]);
	expect((await comeBack(id)).ids).toEqual([]);
});
