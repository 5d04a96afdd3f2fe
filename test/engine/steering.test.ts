// Retry, Delete, Wait for End, counts, traces, history, pipelines and queues: what the node returns
// and what it asks of the service.
import { setTimeout as delay } from 'node:timers/promises';
import type { INodeParameters } from 'n8n-workflow';
import { runNode, searchList, useSandbox } from './harness';

const service = useSandbox({ speed: 1 });

const run = (parameters: INodeParameters, signal?: AbortSignal) =>
	runNode(parameters, { credential: service.credential, signal });

const itemsOf = async (parameters: INodeParameters) => {
	const { items, error } = await run(parameters);
	if (error) throw error;
	return items.map(({ json }) => json);
};

const of = (id: string) => ({ jobId: { __rl: true, mode: 'id', value: id } });
const seed = (status: Parameters<typeof service.steer.seed>[0] = {}) =>
	service.steer.seed(status).ids[0]!;
const asked = (method: string) =>
	service.steer.requests().filter((request) => request.method === method);

describe('Job: Retry', () => {
	const retry = (id: string, options: object = {}) =>
		run({ resource: 'job', operation: 'retry', ...of(id), options } as INodeParameters);

	test.each(['FAILED', 'CANCELLED'] as const)('starts a %s job once more', async (status) => {
		const id = seed({ status });
		const { items } = await retry(id);
		expect(items[0]!.json).toMatchObject({ id, status: 'PENDING', retry_count: 1 });
	});

	test('a reply that is the whole job is taken, too', async () => {
		const id = seed({ status: 'FAILED' });
		const job = await service.get(`/batch/jobs/${id}`);
		const body = { ...job, status: 'PENDING', retry_count: 1, input_progress: null };
		service.steer.faults({ kind: 'body', body, path: `/batch/jobs/${id}/retry` });
		const { items } = await retry(id);
		expect(items[0]!.json).toMatchObject({ id, name: job.name, status: 'PENDING', retry_count: 1 });
	});

	test('a job with nothing to retry is said in words, or succeeds if the user wants', async () => {
		const id = seed({ status: 'COMPLETED' });
		const { error } = await retry(id);
		expect(error?.message).toBe(`Job ${id} could not be retried: it is already completed`);
		expect(error?.description).toMatch(/^Nothing was changed\./);
		const { items } = await retry(id, { succeedIfDone: true });
		expect(items[0]!.json).toMatchObject({ id, status: 'COMPLETED' });
	});

	test('waits for the end of the new run, not for that of the old one', async () => {
		const id = seed({ status: 'FAILED' });
		service.steer.options({ jobMs: 500 });
		const { items, error } = await retry(id, { waitForEnd: true });
		expect(error).toBeUndefined();
		expect(items[0]!.json).toMatchObject({ id, status: 'COMPLETED', retry_count: 1 });
	});

	test('a POST without a clear answer says that it may have had an effect, and is not repeated', async () => {
		const id = seed({ status: 'FAILED' });
		service.steer.faults({ kind: 'status', status: 502, envelope: 'html', method: 'POST' });
		const { error } = await retry(id);
		expect(error?.message).toContain(`Job ${id} may have been retried, or not`);
		expect(asked('POST')).toHaveLength(1);
	});
});

describe('Job: Delete', () => {
	const remove = (id: string, options: object = {}) =>
		run({ resource: 'job', operation: 'delete', ...of(id), options } as INodeParameters);

	test('deletes a job that has ended', async () => {
		const id = seed();
		const { items } = await remove(id);
		expect(items[0]!.json).toEqual({ id, deleted: true });
		await expect(service.get(`/batch/jobs/${id}`)).rejects.toThrow('404');
	});

	test('one that runs is refused in words', async () => {
		const id = seed({ status: 'RUNNING' });
		const { error } = await remove(id, { succeedIfDone: true });
		expect(error?.message).toBe(`Job ${id} could not be deleted: it has not ended`);
		expect(error?.description).toMatch(/^Nothing was changed\. Cancel the job/);
	});

	test('one that is gone is an error, or done if the user wants', async () => {
		const { error } = await remove('job_gone');
		expect(error?.message).toContain('was not found');
		const { items } = await remove('job_gone', { succeedIfDone: true });
		expect(items[0]!.json).toEqual({ id: 'job_gone', deleted: true });
	});
});

describe('Job: Wait for End', () => {
	const wait = (id: string, more: INodeParameters = {}, signal?: AbortSignal) =>
		run({ resource: 'job', operation: 'wait', ...of(id), ...more }, signal);

	test('a job that has ended is returned at once', async () => {
		const id = seed();
		expect((await wait(id)).items[0]!.json).toMatchObject({ id, outcome: 'succeeded' });
		expect(asked('GET')).toHaveLength(1);
	});

	test('a running one is looked at until it ends', async () => {
		const id = seed({ status: 'RUNNING' });
		const waiting = wait(id);
		await delay(300);
		service.steer.setJobStatus(id, { status: 'COMPLETED' });
		expect((await waiting).items[0]!.json).toMatchObject({ id, status: 'COMPLETED' });
		expect(asked('GET').length).toBeGreaterThan(1);
	});

	test.each(['FAILED', 'CANCELLED'] as const)('%s is an error, or an item', async (status) => {
		const id = seed({ status });
		const { error } = await wait(id);
		expect(error?.message).toMatch(new RegExp(`^Job ${id} (failed|was cancelled)`));
		const { items } = await wait(id, { onFailure: 'continue' });
		expect(items[0]!.json).toMatchObject({ id, status, outcome: status.toLowerCase() });
	});

	test('a job that completed with only failed inputs did not succeed', async () => {
		const id = seed({ inputs: 2, failedInputs: 2 });
		expect((await wait(id)).error?.message).toContain('all of its inputs failed');
		const some = seed({ inputs: 2, failedInputs: 1 });
		expect((await wait(some)).items[0]!.json).toMatchObject({ outcome: 'partly_failed' });
	});

	test('several jobs are waited for at the same time, and one that failed costs itself', async () => {
		const ids = [seed({ status: 'RUNNING' }), seed({ status: 'FAILED' }), seed()];
		const ending = delay(300).then(() =>
			service.steer.setJobStatus(ids[0]!, { status: 'COMPLETED' }),
		);
		const { items, error } = await runNode(
			{
				...{ resource: 'job', operation: 'wait' },
				jobId: { __rl: true, mode: 'id', value: '={{ $json.id }}' },
			},
			{
				credential: service.credential,
				items: ids.map((id) => ({ json: { id } })),
				settings: { onError: 'continueRegularOutput' },
			},
		);
		await ending;
		expect(error).toBeUndefined();
		expect(items).toMatchObject([
			{ json: { id: ids[0], status: 'COMPLETED' }, pairedItem: { item: 0 } },
			{
				json: { job_id: ids[1], error: expect.stringContaining('failed') as string },
				pairedItem: { item: 1 },
			},
			{ json: { id: ids[2], status: 'COMPLETED' }, pairedItem: { item: 2 } },
		]);
	});

	test('the stop button ends it at once', async () => {
		const id = seed({ status: 'RUNNING' });
		const controller = new AbortController();
		const before = Date.now();
		setTimeout(() => controller.abort(), 300);
		expect((await wait(id, {}, controller.signal)).status).toBe('canceled');
		expect(Date.now() - before).toBeLessThan(2_000);
	});

	test('a job that does not exist is an error at once', async () => {
		expect((await wait('job_gone')).error?.message).toContain('job_gone was not found');
	});
});

describe('Input: Get Counts and Get Traces', () => {
	test('counts are those of the service, with their sum', async () => {
		const id = seed({ inputs: 5, failedInputs: 2 });
		const counts = await service.get(`/batch/jobs/${id}/inputs/progress/counts`);
		expect(await itemsOf({ resource: 'input', operation: 'getCounts', ...of(id) })).toEqual([
			{ ...counts, total: 5 },
		]);
		const filters = { portName: 'worker.n_shots' };
		const [ofPort] = await itemsOf({
			resource: 'input',
			operation: 'getCounts',
			...of(id),
			filters,
		});
		expect(ofPort).toMatchObject({ total: 0 });
	});

	test('traces are an item for each bucket, or the reply as it is', async () => {
		const id = seed({ inputs: 4, failedInputs: 1 });
		const traces = { resource: 'input', operation: 'getTraces', ...of(id), buckets: 20 };
		const points = await itemsOf(traces);
		expect(points).toHaveLength(20);
		expect(points.at(-1)).toMatchObject({ job_id: id, completed: 3, failed: 1, step: 4 });
		const [whole] = await itemsOf({ ...traces, simplify: false });
		expect(whole).toMatchObject({ job_id: id, latest_event_at: expect.any(String) as string });
		expect(asked('GET').every(({ url }) => url.endsWith('buckets=20'))).toBe(true);
	});

	test('asked again, the service sends nothing twice: ETag and 304', async () => {
		const id = seed({ inputs: 4 });
		const { items, error } = await runNode(
			{ resource: 'input', operation: 'getTraces', ...of(id), simplify: false },
			{ credential: service.credential, items: [{ json: {} }, { json: {} }] },
		);
		expect(error).toBeUndefined();
		expect(asked('GET').map(({ status }) => status)).toEqual([200, 304]);
		expect(items[1]!.json).toEqual(items[0]!.json);
	});
});

describe('Progress Entry: Get Many', () => {
	const history = { resource: 'progressEntry', operation: 'getMany', returnAll: true };

	test.each(['newest', 'oldest', 'random'] as const)(
		'in order, whatever the service sends (%s)',
		async (listOrder) => {
			const id = seed({ inputs: 12 });
			service.steer.options({ listOrder });
			const newest = (await itemsOf({ ...history, ...of(id) })).map((entry) => entry.created_at);
			expect(newest.length).toBeGreaterThan(10);
			expect(newest).toEqual([...newest].sort().reverse());
			const oldest = await itemsOf({ ...history, ...of(id), options: { order: 'asc' } });
			expect(oldest.map((entry) => entry.created_at)).toEqual([...newest].reverse());
		},
	);
});

describe('Pipeline', () => {
	const key = 'machine-state-classification';
	const chosen = (value: string) => ({ pipeline: { __rl: true, mode: 'key', value } });
	const get = (value: string) => run({ resource: 'pipeline', operation: 'get', ...chosen(value) });

	test('Get Many lists the registry', async () => {
		const rows = await itemsOf({ resource: 'pipeline', operation: 'getMany', returnAll: true });
		expect(rows.map((row) => row.pipeline_version).sort()).toEqual([
			...['0.0.20', '1.0.0', '1.1.0', '1.1.1', '1.1.2-draft'],
		]);
		const filters = { status: 'draft' };
		const drafts = await itemsOf({ resource: 'pipeline', operation: 'getMany', filters });
		expect(drafts).toHaveLength(1);
	});

	test('Get takes a key, a key with version, or an ID', async () => {
		const version = async (value: string) =>
			(await get(value)).items[0]?.json.pipeline_version as string;
		expect(await version(key)).toBe('1.1.1');
		expect(await version(`${key}@1.1.0`)).toBe('1.1.0');
		expect(await version(`${key}@1.1.2-draft`)).toBe('1.1.2-draft');
		expect(await version('ppl_5w8x15v9n69tprdt8h9mg5cffs')).toBe('0.0.20');
	});

	test.each([
		['={{ "" }}', '"Pipeline" is empty: no pipeline was chosen'],
		['machine-state', '"Pipeline": there is no pipeline "machine-state"'],
		[`${key}@9`, `"Pipeline": the pipeline "${key}" has no version "9"`],
	])('%j is an error that says what there is', async (value, message) => {
		const { error } = await get(value);
		expect(error?.message).toBe(message);
		if (!value.startsWith('='))
			expect(error?.description).toContain(value.includes('@') ? '1.1.1' : key);
	});

	test('Get Schema is one item a parameter, or the reply as it is', async () => {
		const schema = { resource: 'pipeline', operation: 'getSchema', ...chosen(key) };
		const parameters = await itemsOf(schema);
		expect(parameters).toContainEqual(
			expect.objectContaining({
				...{ name: 'classifier_config.metric', type: 'choice', default: 'euclidean' },
				choices: ['euclidean', 'cosine', 'manhattan'],
			}),
		);
		expect(parameters).toContainEqual(
			expect.objectContaining({ name: 'reader_config.data_columns', type: 'list', required: true }),
		);
		const [whole] = await itemsOf({ ...schema, simplify: false });
		expect(whole).toHaveProperty('user_schema.properties');
	});

	test('the list of the locator has each pipeline once for its newest version, and each published one', async () => {
		const { credential } = service;
		const { results } = await searchList('searchPipelines', { credential });
		expect(results.map(({ value }) => value)).toEqual([
			...['activity-detection', 'activity-detection@0.0.20'],
			...['fine-tuning-omega', 'fine-tuning-omega@1.0.0'],
			...[key, `${key}@1.1.1`, `${key}@1.1.0`],
		]);
		const found = await searchList('searchPipelines', { credential, filter: 'activity' });
		expect(found.results).toHaveLength(2);
	});
});

test('Queue: Get Depths gives how many jobs wait, for each type', async () => {
	service.steer.seed({ count: 3, status: 'PENDING' });
	expect(await itemsOf({ resource: 'queue', operation: 'getDepths' })).toEqual([
		{ pipeline_type: 'batch', depth: 3 },
		{ pipeline_type: 'training', depth: 0 },
	]);
});
