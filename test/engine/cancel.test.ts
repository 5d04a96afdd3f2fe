import type { INodeParameters } from 'n8n-workflow';

import { runNode, useSandbox } from './harness';

const service = useSandbox();

const cancel = (id: string, more: INodeParameters = {}) =>
	runNode(
		{ resource: 'job', operation: 'cancel', jobId: { __rl: true, mode: 'id', value: id }, ...more },
		{ credential: service.credential },
	);

const seeded = (status: 'RUNNING' | 'COMPLETED' | 'FAILED' | 'CANCELLED') =>
	service.steer.seed({ status }).ids[0]!;

const statusOf = async (id: string) =>
	(await service.get<{ status: string }>(`/batch/jobs/${id}`)).status;

const PATH = '/batch/jobs/*/cancel';

test('a running job is cancelled, and the item says what the service said', async () => {
	const id = seeded('RUNNING');
	const { items, error } = await cancel(id);
	expect(error).toBeUndefined();
	expect(await statusOf(id)).toBe('CANCELLED');
	const { ended_at } = items[0]!.json;
	expect(ended_at).toEqual(expect.stringMatching(/^\d{4}-\d\d-\d\dT/));
	expect(items).toMatchObject([{ json: { id, status: 'CANCELLED', outcome: 'cancelled' } }]);
});

test.each<[string, unknown]>([
	['the whole job', { id: 'job_1', name: 'pump', status: 'CANCELLED', input_progress: null }],
	['a few of its fields', { id: 'job_1', status: 'CANCELLED', cancelled_at: null }],
	['fields in another form', { status: 'CANCELLED', retry_count: '1', created_at: 7 }],
	['no field', {}],
])('a reply with %s', async (_, body) => {
	service.steer.faults({ kind: 'body', path: PATH, body });
	const { items, error } = await cancel('job_1', { simplify: false });
	expect(error).toBeUndefined();
	expect(items[0]!.json).toMatchObject({ id: 'job_1', ...(body as object) });
});

describe('a job that has ended', () => {
	test.each(['COMPLETED', 'FAILED', 'CANCELLED'] as const)('%s', async (status) => {
		const id = seeded(status);
		const { error } = await cancel(id);
		expect(error?.message).toBe(
			`Job ${id} could not be cancelled: it is already ${status.toLowerCase()}`,
		);
		expect(error?.description).toMatch(/^Nothing was changed\..*"Succeed If Already Done"/);
		expect(error?.description).toContain(`The service says: Job ${id} is ${status}`);
		expect(error).toMatchObject({ httpCode: '409', context: { itemIndex: 0 } });
	});

	test.each(['COMPLETED', 'FAILED', 'CANCELLED'] as const)(
		'%s, with Succeed If Already Done: the job as it is',
		async (status) => {
			const id = seeded(status);
			const { items, error } = await cancel(id, { options: { succeedIfDone: true } });
			expect(error).toBeUndefined();
			expect(items).toMatchObject([{ json: { id, status } }]);
		},
	);

	test('a state that allows no cancelling, and is no end, stays an error', async () => {
		const id = seeded('RUNNING');
		service.steer.faults({ kind: 'status', path: PATH, status: 409 });
		const { error } = await cancel(id, { options: { succeedIfDone: true } });
		expect(error?.message).toBe(`Job ${id} could not be cancelled: it is running`);
	});

	test('and cannot be looked at', async () => {
		const id = seeded('COMPLETED');
		service.steer.faults({ kind: 'status', method: 'GET', path: '/batch/jobs/*', status: 404 });
		const { error } = await cancel(id, { options: { succeedIfDone: true } });
		expect(error?.message).toBe(
			`Job ${id} could not be cancelled. It is not in a state that allows this`,
		);
	});
});

describe('a request that fails', () => {
	const posts = () => service.steer.requests().filter(({ method }) => method === 'POST').length;

	test.each([
		[401, 'The API key was not accepted'],
		[404, 'It was not found'],
		[429, 'The service is receiving too many requests'],
	])('clearly, with HTTP %d, says that the job could not be cancelled', async (status, words) => {
		service.steer.faults({ kind: 'status', path: PATH, status });
		const { error } = await cancel('job_1');
		expect(error?.message).toContain(`Job job_1 could not be cancelled. ${words}`);
		expect(posts()).toBe(1);
	});

	test.each<[string, Parameters<typeof service.steer.faults>[0]]>([
		['HTTP 503', { kind: 'status', path: PATH, status: 503 }],
		['HTTP 408', { kind: 'status', path: PATH, status: 408 }],
		['no reply', { kind: 'reset', path: PATH }],
		['half a reply', { kind: 'reset', path: PATH, afterBytes: 5 }],
		['a page', { kind: 'body', path: PATH, body: '<h1>OK</h1>', contentType: 'text/html' }],
	])(
		'without a clear answer, %s, may have had an effect, and is not repeated',
		async (_, fault) => {
			const id = seeded('RUNNING');
			service.steer.faults(fault);
			const { error } = await cancel(id);
			expect(error?.message).toMatch(new RegExp(`^Job ${id} may have been cancelled, or not\\. `));
			expect(error?.description).toMatch(/^The service may have acted on the request/);
			expect(posts()).toBe(1);
		},
	);

	test('where nothing listens, it cannot have had one', async () => {
		const credential = { ...service.credential, baseUrl: 'http://127.0.0.1:1/v0.5' };
		const jobId = { __rl: true, mode: 'id', value: 'job_1' };
		const parameters = { resource: 'job', operation: 'cancel', jobId };
		const { error } = await runNode(parameters, { credential });
		expect(error?.message).toBe('Job job_1 could not be cancelled. Nothing answers at 127.0.0.1:1');
	}, 20_000);
});
