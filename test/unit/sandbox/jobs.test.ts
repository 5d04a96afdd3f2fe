import type { Sandbox } from '../../../sandbox';
import { call, start, type ErrorBody, type JobList, type JobRow } from './support';

const list = async (sandbox: Sandbox, query: string) =>
	(await call<JobList>(sandbox, `/batch/jobs?${query}`)).body;

describe('refusals', () => {
	test('a wrong key is answered with detail', async () => {
		const sandbox = await start({ apiKey: 'sk_right' });
		const reply = await fetch(`${sandbox.url}/batch/jobs`, {
			headers: { authorization: 'Bearer sk_wrong' },
		});
		expect(reply.status).toBe(401);
		expect(await reply.json()).toEqual({ detail: 'Invalid or missing API key' });
	});

	test('or with the newer envelope, where that is chosen', async () => {
		const sandbox = await start({ authEnvelope: 'errors' });
		const reply = await fetch(`${sandbox.url}/batch/jobs`);
		expect(reply.status).toBe(401);
		expect(await reply.json()).toMatchObject({ errors: [{ code: 'unauthorized' }] });
	});

	test('an unknown job is NOT_FOUND in upper case, with an error_uid', async () => {
		const { status, body } = await call<ErrorBody>(await start(), '/batch/jobs/job_nope');
		expect(status).toBe(404);
		expect(body.errors).toHaveLength(1);
		expect(body.errors[0]).toMatchObject({
			code: 'NOT_FOUND',
			message: 'Job job_nope not found',
			error_uid: expect.stringMatching(/^err-[0-9a-f-]{36}$/) as string,
		});
	});

	test('a path that is no endpoint is 404 with detail', async () => {
		const { status, body } = await call(await start(), '/batch/nothing');
		expect([status, body]).toEqual([404, { detail: 'Not Found' }]);
	});

	test.each(['limit=0', 'limit=x', 'offset=-1', 'status=running', 'pipeline_type=other'])(
		'%s is refused with 400 that names the parameter',
		async (query) => {
			const { status, body } = await call<ErrorBody>(await start(), `/batch/jobs?${query}`);
			expect(status).toBe(400);
			expect(body.errors[0]!.message).toContain(query.split('=')[0]!);
		},
	);
});

describe('a job', () => {
	test('has exactly the fields of the service', async () => {
		const sandbox = await start();
		const { ids } = sandbox.steer.seed({ inputs: 3, failedInputs: 1, status: 'COMPLETED' });
		const { body } = await call<JobRow>(sandbox, `/batch/jobs/${ids[0]}`);
		const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/) as string;
		expect(body).toStrictEqual({
			id: ids[0],
			org_id: expect.stringMatching(/^org_/) as string,
			name: 'seeded-1',
			pipeline_type: 'batch',
			pipeline_key: 'machine-state-classification',
			pipeline_version: '1.1.1',
			status: 'COMPLETED',
			parameters: {},
			retry_count: 0,
			preemption_count: 0,
			queue_position: null,
			queue_depth: null,
			input_progress: { pending: 0, processing: 0, completed: 2, failed: 1 },
			created_at: time,
			updated_at: time,
			started_at: time,
			completed_at: time,
			failed_at: null,
			cancelled_at: null,
			error: null,
		});
	});

	test('in the queue says where', async () => {
		const sandbox = await start();
		const { ids } = sandbox.steer.seed({ count: 3, status: 'PENDING' });
		const { body } = await call<JobRow>(sandbox, `/batch/jobs/${ids[1]}`);
		expect(body).toMatchObject({ queue_position: 2, queue_depth: 3, started_at: null });
		const queue = await call(sandbox, '/batch/jobs/queue');
		expect(queue.body).toEqual({
			queues: [
				{ pipeline_type: 'batch', depth: 3 },
				{ pipeline_type: 'training', depth: 0 },
			],
		});
	});

	test('is put into any status, with the times that go with it', async () => {
		const sandbox = await start();
		const [id] = sandbox.steer.seed({ status: 'RUNNING' }).ids;
		sandbox.steer.setJobStatus(id!, { status: 'FAILED', error: { message: 'OOMKilled' } });
		const failed = (await call<JobRow>(sandbox, `/batch/jobs/${id}`)).body;
		expect(failed).toMatchObject({
			status: 'FAILED',
			completed_at: null,
			error: { message: 'OOMKilled' },
		});
		expect(failed.failed_at).toBe(failed.updated_at);
		sandbox.steer.setJobStatus(id!, { status: 'PENDING' });
		expect((await call<JobRow>(sandbox, `/batch/jobs/${id}`)).body).toMatchObject({
			started_at: null,
			failed_at: null,
			error: null,
		});
	});

	test('can be seen late: its times say when it happened', async () => {
		const sandbox = await start();
		const [id] = sandbox.steer.seed({ status: 'RUNNING' }).ids;
		const { now } = await sandbox.steer.clock({ frozen: true });
		sandbox.steer.setJobStatus(id!, { status: 'COMPLETED', agoMs: 60_000 });
		const { body } = await call<{ completed_at: string }>(sandbox, `/batch/jobs/${id}`);
		expect(Date.parse(now) - Date.parse(body.completed_at)).toBe(60_000);
	});

	test('that is deleted is gone from everywhere', async () => {
		const sandbox = await start();
		const { ids } = sandbox.steer.seed({ count: 3, status: 'CANCELLED' });
		const reply = await call(sandbox, `/batch/jobs/${ids[1]}`, { method: 'DELETE' });
		expect(reply.body).toEqual({ id: ids[1], deleted: true });
		expect((await call(sandbox, `/batch/jobs/${ids[1]}`)).status).toBe(404);
		const rest = await list(sandbox, 'status=CANCELLED');
		expect([rest.total, rest.jobs.map(({ id }) => id)]).toEqual([2, [ids[2], ids[0]]]);
	});
});

describe('the list', () => {
	test('has pages of 10 by default, newest first', async () => {
		const sandbox = await start();
		const { ids } = sandbox.steer.seed({ count: 25 });
		const page = await list(sandbox, '');
		expect(page).toMatchObject({ total: 25, offset: 0, limit: 10 });
		expect(page.jobs.map(({ id }) => id)).toEqual(ids.slice(15).reverse());
	});

	test.each(['newest', 'oldest', 'random'] as const)(
		'gives every row once over all pages in order %s',
		async (listOrder) => {
			const sandbox = await start({ listOrder });
			const { ids } = sandbox.steer.seed({ count: 2500 });
			const seen: string[] = [];
			for (let offset = 0; offset < 2500; offset += 100) {
				const { jobs } = await list(sandbox, `limit=100&offset=${offset}`);
				seen.push(...jobs.map(({ id }) => id));
			}
			const { jobs } = await list(sandbox, 'limit=100&offset=2500');
			expect(jobs).toEqual([]);
			expect(new Set(seen).size).toBe(2500);
			const known = seen.filter((id) => ids.includes(id));
			expect(known).toHaveLength(1000);
			const oldestFirst = listOrder === 'newest' ? [...known].reverse() : known;
			if (listOrder === 'random') expect(known).not.toEqual(ids);
			else expect(oldestFirst).toEqual(ids);
		},
	);

	test('cuts the limit down to the largest page', async () => {
		const sandbox = await start({ maxLimit: 7 });
		sandbox.steer.seed({ count: 20 });
		const page = await list(sandbox, 'limit=50');
		expect([page.limit, page.jobs.length, page.total]).toEqual([7, 7, 20]);
	});

	test('can be set to repeat its first page forever', async () => {
		const sandbox = await start({ ignoreOffset: true });
		sandbox.steer.seed({ count: 20 });
		const page = await list(sandbox, 'limit=5&offset=15');
		expect(page.offset).toBe(15);
		expect(page.jobs).toEqual((await list(sandbox, 'limit=5')).jobs);
	});

	test('puts a job that is seeded later in its place by age', async () => {
		const sandbox = await start();
		sandbox.steer.seed({ count: 2000 });
		const [id] = sandbox.steer.seed({ oldestMs: 15 * 24 * 3_600_000, status: 'RUNNING' }).ids;
		const page = await list(sandbox, 'limit=3&offset=999');
		expect(page.jobs.map((job) => job.id)).toContain(id);
		const times = page.jobs.map((job) => job.created_at);
		expect(times).toEqual([...times].sort().reverse());
	});

	test('filters by status, pipeline type, and text in name or key, or a whole id', async () => {
		const sandbox = await start();
		sandbox.steer.seed({ count: 100 });
		const pumps = sandbox.steer.seed({ count: 5, name: 'Pump', pipelineType: 'training' });
		expect((await list(sandbox, 'pipeline_type=training')).total).toBe(5);
		expect((await list(sandbox, 'q=pump')).total).toBe(5);
		expect((await list(sandbox, 'q=pump&status=RUNNING')).total).toBe(0);
		expect((await list(sandbox, 'q=machine-state')).total).toBe(105);
		expect((await list(sandbox, `q=${pumps.ids[3]}`)).jobs[0]).toMatchObject({ name: 'Pump-4' });
		sandbox.steer.seed({ name: 'pump-room' });
		expect((await list(sandbox, 'q=pump')).total).toBe(6);
	});

	test('stays right with a hundred thousand jobs', async () => {
		const sandbox = await start();
		sandbox.steer.seed({ count: 100_000, active: 10 });
		const totals = await Promise.all(
			['COMPLETED', 'FAILED', 'CANCELLED', 'RUNNING', 'PENDING'].map(
				async (status) => (await list(sandbox, `status=${status}&limit=1`)).total,
			),
		);
		expect(totals.reduce((sum, total) => sum + total)).toBe(100_000);
		expect(totals.slice(3)).toEqual([10, 0]);
		const { jobs } = await list(sandbox, `status=FAILED&limit=10&offset=${totals[1]! - 4}`);
		expect(jobs.map(({ status }) => status)).toEqual(Array(4).fill('FAILED'));
		sandbox.steer.setJobStatus(jobs[0]!.id, { status: 'RUNNING' });
		expect((await list(sandbox, 'status=RUNNING')).total).toBe(11);
		expect((await list(sandbox, 'status=FAILED&limit=1')).total).toBe(totals[1]! - 1);
	});
});
