import type { INodeParameters } from 'n8n-workflow';
import { runNode, useSandbox } from './harness';

const service = useSandbox();

const run = async (parameters: INodeParameters) => {
	const { items, error } = await runNode(
		{ resource: 'job', ...parameters },
		{ credential: service.credential },
	);
	if (error) throw new Error(error.message);
	return items.map(({ json }) => json);
};

const getMany = (parameters: INodeParameters) => run({ operation: 'getMany', ...parameters });

/** The `status` of each list call, in order. */
const statusesAskedFor = () =>
	service.steer.requests().map(({ url }) => new URL(url, service.url).searchParams.get('status'));

describe('Get', () => {
	test.each(['id', 'list'])('returns the job chosen by %s as the service has it', async (mode) => {
		const [id = ''] = service.steer.seed({ name: 'pump-7' }).ids;
		const jobId = { __rl: true, mode, value: id };

		const job = await service.get(`/batch/jobs/${id}`);
		const ending = { outcome: 'succeeded', ended_at: job.completed_at };
		expect(await run({ operation: 'get', jobId, simplify: false })).toEqual([
			{ ...job, ...ending },
		]);
	});

	test('simplified, keeps ten fields at most beside the outcome', async () => {
		const [id = ''] = service.steer.seed({ status: 'FAILED' }).ids;
		const job = await service.get(`/batch/jobs/${id}`);
		const jobId = { __rl: true, mode: 'id', value: id };

		const [{ outcome, ended_at, ...simple } = {}] = await run({ operation: 'get', jobId });

		expect(job).toMatchObject(simple);
		expect({ outcome, ended_at }).toEqual({ outcome: 'failed', ended_at: job.failed_at });
		expect(simple).toMatchObject({ id, status: 'FAILED' });
		expect(Object.keys(simple).length).toBeLessThanOrEqual(10);
	});

	test('sends the key as bearer token', async () => {
		const [id = ''] = service.steer.seed().ids;
		await run({ operation: 'get', jobId: { __rl: true, mode: 'id', value: id } });

		const [request] = service.steer.requests();
		expect(request).toMatchObject({ method: 'GET', url: `/v0.5/batch/jobs/${id}`, status: 200 });
		expect(request?.headers.authorization).toBe(`Bearer ${service.apiKey}`);
	});
});

describe('Get Many', () => {
	test('returns as many jobs as Limit says, 50 by default', async () => {
		service.steer.seed({ count: 120 });
		expect(await getMany({ limit: 7 })).toHaveLength(7);
		expect(await getMany({})).toHaveLength(50);
		expect(await getMany({ limit: 110 })).toHaveLength(110);
		expect(await getMany({ limit: 500 })).toHaveLength(120);
	});

	test('asks for no more rows than Limit needs', async () => {
		service.steer.seed({ count: 120 });
		await getMany({ limit: 7 });
		expect(service.steer.requests().map(({ url }) => url)).toEqual([
			'/v0.5/batch/jobs?offset=0&limit=7',
		]);
	});

	test.each(['newest', 'oldest', 'random'] as const)(
		'Return All has each job once though pages are clamped, order %s',
		async (listOrder) => {
			const { ids } = service.steer.seed({ count: 250 });
			service.steer.options({ listOrder, maxLimit: 33 });

			const jobs = await getMany({ returnAll: true });

			expect(jobs.map(({ id }) => id).sort()).toEqual([...ids].sort());
		},
	);

	test('no job gives no item', async () => {
		expect(await getMany({ returnAll: true })).toEqual([]);
	});

	test('a service that repeats its first page for ever ends in an error', async () => {
		service.steer.seed({ count: 250 });
		service.steer.options({ ignoreOffset: true });
		await expect(getMany({ returnAll: true })).rejects.toThrow('keeps sending the same rows');
	});

	test('jobs are returned as the service has them when not simplified', async () => {
		service.steer.seed({ count: 3 });
		const { jobs } = await service.get<{ jobs: Array<{ completed_at: string }> }>('/batch/jobs');
		const ending = (job: { completed_at: string }) => ({
			...{ outcome: 'succeeded', ended_at: job.completed_at },
		});
		expect(await getMany({ simplify: false })).toEqual(
			jobs.map((job) => ({ ...job, ...ending(job) })),
		);
	});

	test('several statuses are one list each, merged', async () => {
		for (const status of ['COMPLETED', 'FAILED', 'CANCELLED'] as const) {
			service.steer.seed({ count: 60, status });
		}
		service.steer.options({ maxLimit: 25 });

		const jobs = await getMany({ returnAll: true, filters: { status: ['FAILED', 'CANCELLED'] } });

		expect(new Set(jobs.map(({ id }) => id)).size).toBe(120);
		expect(jobs).toHaveLength(120);
		expect(new Set(jobs.map(({ status }) => status))).toEqual(new Set(['FAILED', 'CANCELLED']));
		expect(new Set(statusesAskedFor())).toEqual(new Set(['FAILED', 'CANCELLED']));
	});

	test('a job that changes status between the lists is returned once', async () => {
		const [id = ''] = service.steer.seed({ status: 'RUNNING' }).ids;
		service.steer.faults({ kind: 'latency', path: '/batch/jobs', skip: 1, ms: 300 });

		const running = getMany({ filters: { status: ['RUNNING', 'COMPLETED'] } });
		while (service.steer.requests().length === 0) await new Promise(setImmediate);
		service.steer.setJobStatus(id, { status: 'COMPLETED' });

		expect(await running).toMatchObject([{ id, status: 'RUNNING' }]);
		expect(statusesAskedFor()).toEqual(['RUNNING', 'COMPLETED']);
	});

	test('Limit counts over all statuses', async () => {
		service.steer.seed({ count: 4, status: 'FAILED' });
		service.steer.seed({ count: 4, status: 'CANCELLED' });
		const jobs = await getMany({ limit: 6, filters: { status: ['FAILED', 'CANCELLED'] } });
		expect(jobs).toHaveLength(6);
	});

	test('Pipeline Type and Search narrow the list', async () => {
		service.steer.seed({ count: 3, name: 'pump' });
		service.steer.seed({ count: 2, name: 'turbine' });
		service.steer.seed({
			count: 4,
			name: 'pump',
			pipelineType: 'training',
			pipelineKey: 'fine-tuning-omega',
		});

		expect(await getMany({ filters: { search: 'turbine' } })).toHaveLength(2);
		expect(await getMany({ filters: { pipelineType: 'training' } })).toHaveLength(4);
		const both = await getMany({ filters: { pipelineType: 'batch', search: 'pump' } });
		expect(both).toHaveLength(3);
	});
});
