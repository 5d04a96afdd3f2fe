import type { INodeParameters } from 'n8n-workflow';
import { ACTION, loadOptions, runNode, searchList, useSandbox } from './harness';

const service = useSandbox();

const locator = (id: string) => ({ __rl: true, mode: 'id', value: id });

const run = async (parameters: INodeParameters) => {
	const { items, error } = await runNode(
		{ resource: 'input', ...parameters },
		{ credential: service.credential },
	);
	if (error) throw new Error(error.message);
	return items.map(({ json }) => json);
};

/** A job with inputs in every status: 5 completed, 1 processing, 4 pending, 2 shots. */
const seedRunningJob = () => {
	const [id = ''] = service.steer.seed({ status: 'RUNNING', inputs: 10, shots: 2 }).ids;
	return id;
};

const countBy = (rows: Array<Record<string, unknown>>, field: string) => {
	const counts: Record<string, number> = {};
	for (const row of rows) counts[String(row[field])] = (counts[String(row[field])] ?? 0) + 1;
	return counts;
};

describe('Get Many', () => {
	test('returns every input once, whatever the page size', async () => {
		const [id = ''] = service.steer.seed({ inputs: 130, shots: 4 }).ids;
		service.steer.options({ maxLimit: 40, listOrder: 'random' });

		const rows = await run({ operation: 'getMany', jobId: locator(id), returnAll: true });

		expect(rows).toHaveLength(134);
		expect(new Set(rows.map((row) => row.id)).size).toBe(134);
	});

	test('as the service has them, but links without their signature', async () => {
		const id = seedRunningJob();
		const { inputs } = await service.get<{ inputs: Array<{ data: { ref: string } }> }>(
			`/batch/jobs/${id}/inputs?limit=100`,
		);
		expect(inputs[0]?.data.ref).toContain('?');

		const rows = await run({ operation: 'getMany', jobId: locator(id), simplify: false });

		expect(rows).toEqual(
			inputs.map((input) => ({
				...input,
				data: { ...input.data, ref: input.data.ref.split('?')[0] },
			})),
		);
	});

	test('simplified, has file name and size beside the status', async () => {
		const id = seedRunningJob();
		const [row = {}] = await run({ operation: 'getMany', jobId: locator(id) });
		expect(Object.keys(row).length).toBeLessThanOrEqual(10);
		expect(row).toMatchObject({
			job_id: id,
			filename: expect.stringMatching(/\.csv$/) as string,
			num_bytes: 100_000,
		});
	});

	test('several statuses are merged', async () => {
		const jobId = locator(seedRunningJob());
		const filters = { status: ['completed', 'reference', 'pending'] };
		const rows = await run({ operation: 'getMany', jobId, filters });
		expect(countBy(rows, 'status')).toEqual({ completed: 5, reference: 2, pending: 4 });
	});

	test('Port Name narrows the list', async () => {
		const jobId = locator(seedRunningJob());
		const filters = { portName: 'worker.n_shots' };
		const rows = await run({ operation: 'getMany', jobId, filters });
		expect(countBy(rows, 'port_name')).toEqual({ 'worker.n_shots': 2 });
	});
});

describe('Get Many Progress', () => {
	const operation = 'getManyProgress';

	test('returns tracked inputs with their latest progress as the service has them', async () => {
		const id = seedRunningJob();
		const { items } = await service.get<{
			items: Array<{ input: { data: { ref: string } } }>;
		}>(`/batch/jobs/${id}/inputs/progress?limit=100`);

		const rows = await run({ operation, jobId: locator(id), simplify: false });

		expect(rows).toHaveLength(10);
		expect(rows).toEqual(
			items.map((item) => ({
				...item,
				input: {
					...item.input,
					data: { ...item.input.data, ref: item.input.data.ref.split('?')[0] },
				},
			})),
		);
	});

	test('simplified, has message and metrics of the latest entry in at most ten fields', async () => {
		const rows = await run({ operation, jobId: locator(seedRunningJob()) });
		expect(rows.find(({ status }) => status === 'processing')).toMatchObject({
			message: 'Processing input: 50%',
			metrics: { percent_complete: 50, items_processed: 50, items_total: 100 },
		});
		expect(rows.find(({ status }) => status === 'pending')).toMatchObject({ metrics: null });
		for (const row of rows) expect(Object.keys(row).length).toBeLessThanOrEqual(10);
	});

	test('asks for several statuses in one list', async () => {
		const jobId = locator(seedRunningJob());
		const filters = { status: ['processing', 'completed'] };

		const rows = await run({ operation, jobId, filters });

		expect(countBy(rows, 'status')).toEqual({ processing: 1, completed: 5 });
		const [request, ...others] = service.steer.requests();
		expect(others).toEqual([]);
		expect(new URL(request!.url, service.url).searchParams.getAll('status')).toEqual([
			'processing',
			'completed',
		]);
	});

	test('Order turns each status around', async () => {
		const jobId = locator(seedRunningJob());
		const inOrder = async (order: string) =>
			(await run({ operation, jobId, filters: { order, status: ['completed'] } })).map(
				({ id }) => id,
			);
		const oldestFirst = await inOrder('asc');
		expect(oldestFirst).toHaveLength(5);
		expect(await inOrder('desc')).toEqual([...oldestFirst].reverse());
	});
});

describe('in the editor', () => {
	const editor = (parameters: INodeParameters) => ({
		node: ACTION,
		credential: service.credential,
		parameters,
	});

	test('ports are those of the chosen job', async () => {
		const jobId = locator(seedRunningJob());
		expect(await loadOptions('getInputPorts', editor({ jobId }))).toEqual([
			{ name: 'Any Port', value: '' },
			{ name: 'worker.inference', value: 'worker.inference' },
			{ name: 'worker.n_shots', value: 'worker.n_shots' },
		]);
	});

	test('without a job there is any port alone, and no request', async () => {
		expect(await loadOptions('getInputPorts', editor({ jobId: locator('') }))).toEqual([
			{ name: 'Any Port', value: '' },
		]);
		expect(service.steer.requests()).toEqual([]);
	});

	test('the list of jobs comes in pages, searched by the service', async () => {
		service.steer.seed({ count: 70, name: 'pump' });
		service.steer.seed({ count: 3, name: 'turbine' });

		const first = await searchList('searchJobs', editor({}));
		const { paginationToken } = first;
		const second = await searchList('searchJobs', {
			...editor({}),
			paginationToken: paginationToken,
		});
		const ids = [...first.results, ...second.results].map(({ value }) => value);
		expect(new Set(ids).size).toBe(73);
		expect(second.paginationToken).toBeUndefined();

		const found = await searchList('searchJobs', { ...editor({}), filter: ' turbine ' });
		expect(found.results).toHaveLength(3);
		expect(found.results[0]?.name).toMatch(
			/^turbine.* \(COMPLETED, \d{4}-\d\d-\d\d \d\d:\d\d UTC\)$/,
		);
	});
});
