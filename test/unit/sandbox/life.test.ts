import { config, csv, get, machine, post, repeated, submit, withFiles } from './machines';
import { call, outputsOf, start, upload, type ErrorBody } from './support';

test('a job goes from status to status, and its progress shows on the way', async () => {
	const sandbox = await withFiles({ 'a.csv': machine, 'b.csv': machine });
	const { status, body } = await submit(sandbox, ['a.csv', 'b.csv']);
	expect([status, body.status, body.input_progress]).toEqual([201, 'PENDING', null]);
	const seen: string[] = [];
	for (let second = 0; second < 13; second++) {
		await sandbox.steer.clock({ advance: 1000 });
		const { status: now, input_progress: progress } = await get(sandbox, body.id);
		seen.push(`${now} ${progress.completed}/2`);
	}
	expect([...new Set(seen)]).toEqual([
		'ADMITTED 0/2',
		'RUNNING 0/2',
		'RUNNING 1/2',
		'COMPLETED 2/2',
	]);
});

test('windows get the class of their nearest labelled neighbours, in parts as they come', async () => {
	const sandbox = await withFiles({ 'machine.csv': machine });
	const { id } = (await submit(sandbox, ['machine.csv'])).body;
	await sandbox.steer.clock({ advance: 7000 });
	expect((await get(sandbox, id)).status).toBe('RUNNING');
	expect(await outputsOf(sandbox, id)).toHaveLength(1);
	await sandbox.steer.clock({ advance: 5000 });
	const outputs = await outputsOf(sandbox, id);
	expect(outputs.map(({ data }) => data.filename)).toEqual([
		'pred_machine_part_0.csv',
		'pred_machine_part_1.csv',
		'pred_machine_part_2.csv',
	]);
	const files = await Promise.all(outputs.map(async ({ data }) => (await fetch(data.ref)).text()));
	expect(files).toEqual([
		'time,Prediction\n2026-01-01 00:00:00,off\n2026-01-01 00:00:04,off\n',
		'time,Prediction\n2026-01-01 00:00:08,on\n2026-01-01 00:00:12,on\n',
		'time,Prediction\n2026-01-01 00:00:16,off\n',
	]);
	expect(outputs.map(({ data }) => data.num_bytes)).toEqual(files.map(({ length }) => length));
});

test('an input that cannot be read fails by itself, with the reason', async () => {
	const sandbox = await withFiles({
		'good.csv': machine,
		'text.csv': machine.replace('99', 'high'),
		'other.csv': 'when,what\n1,2\n',
		'short.csv': csv(1, 2),
	});
	const { id } = (await submit(sandbox, ['good.csv', 'text.csv', 'other.csv', 'short.csv'])).body;
	await sandbox.steer.clock({ advance: 13_000 });
	const { status, input_progress } = await get(sandbox, id);
	expect(status).toBe('COMPLETED');
	expect(input_progress).toEqual({ pending: 0, processing: 0, completed: 1, failed: 3 });
	const { body } = await call<{ inputs: Array<{ file_id: string; error_message: string }> }>(
		sandbox,
		`/batch/jobs/${id}/inputs?status=failed`,
	);
	expect(body.inputs.reverse().map((input) => [input.file_id, input.error_message])).toEqual([
		['text.csv', "could not parse 'high' as dtype f64 at column 'level' (row 9)"],
		['other.csv', "column 'time' not found, file has: when, what"],
		['short.csv', 'file has 2 rows, fewer than the window_size of 4'],
	]);
});

describe('X1: a job whose inputs all failed', () => {
	test('has ended COMPLETED, as was seen live: its worker exited cleanly', async () => {
		const sandbox = await withFiles({ 'short.csv': csv(1), 'other.csv': 'when,what\n1,2\n' });
		const { id } = (await submit(sandbox, ['short.csv', 'other.csv'])).body;
		await sandbox.steer.clock({ advance: 13_000 });
		const job = await get(sandbox, id);
		expect(job).toMatchObject({ status: 'COMPLETED', error: null, failed_at: null });
		expect(job.completed_at).not.toBeNull();
		expect(job.input_progress).toEqual({ pending: 0, processing: 0, completed: 0, failed: 2 });
		const { body } = await call<{ events: Array<{ level: string; message: string }> }>(
			sandbox,
			`/batch/jobs/${id}/events?limit=100`,
		);
		expect(body.events.slice(-3).map(({ level, message }) => `${level} ${message}`)).toEqual([
			'INFO Vectorizing file other.csv',
			'FAILED Processing failed for other.csv',
			'SUCCESS Job completed in 10s',
		]);
	});

	test('has FAILED where that is chosen', async () => {
		const sandbox = await withFiles({ 'short.csv': csv(1) }, { allInputsFailed: 'FAILED' });
		const { id } = (await submit(sandbox, ['short.csv'])).body;
		await sandbox.steer.clock({ advance: 13_000 });
		expect(await get(sandbox, id)).toMatchObject({
			status: 'FAILED',
			completed_at: null,
			error: { message: 'Job failed: BackoffLimitExceeded: all 1 inputs failed' },
		});
	});

	test('is COMPLETED by the steering, too, with what failed in its progress', async () => {
		const sandbox = await start();
		const request = { status: 'COMPLETED', inputs: 3, failedInputs: 3 } as const;
		const [id] = sandbox.steer.seed(request).ids;
		expect((await get(sandbox, id!)).input_progress).toMatchObject({ completed: 0, failed: 3 });
	});
});

test('a job without enough examples fails as a whole', async () => {
	const sandbox = await withFiles({ 'a.csv': machine });
	const strict = { ...config, classifier_config: { n_neighbors: 11 } };
	const parameters = { worker: { config: strict } };
	const { id } = (await submit(sandbox, ['a.csv'], { parameters })).body;
	await sandbox.steer.clock({ advance: 13_000 });
	const { status, error } = await get(sandbox, id);
	expect(status).toBe('FAILED');
	expect(error!.message).toContain('n_neighbors must be <= number of samples in index (11 > 10)');
});

test('events tell the story in the order it happened, in the words that were seen live', async () => {
	const sandbox = await withFiles({ 'a.csv': machine, 'short.csv': csv(1) });
	const { id } = (await submit(sandbox, ['a.csv', 'short.csv'])).body;
	await sandbox.steer.clock({ advance: 13_000 });
	const { body } = await call<{ events: Array<Record<string, string | number>> }>(
		sandbox,
		`/batch/jobs/${id}/events?limit=100`,
	);
	const seconds = expect.stringMatching(/^job.completed: Job completed in \d+s$/) as string;
	const told = body.events.map((event) => `${event.event_type}: ${event.message}`);
	expect(told.filter((each) => !each.includes('Batch'))).toEqual([
		'job.admitted: Job admitted',
		'job.started: Job started',
		'info: Using accelerator: cpu',
		'running_job: Running job',
		'vectorizing_file: Vectorizing file off.csv',
		'vectorizing_file: Vectorizing file on.csv',
		'vectorizing_file: Vectorizing file a.csv',
		'inference.completed: Processed 5 items (5 success, 0 failed) from a.csv',
		'vectorizing_file: Vectorizing file short.csv',
		'inference.failed: Processing failed for short.csv',
		seconds,
	]);
	expect(told.filter((each) => each.includes('Batch')).at(-1)).toBe(
		'info: Batch 4: processed 5 items (5 success, 0 failed)',
	);
	const numbers = body.events.map((event) => Number(event.id));
	expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
});

describe('what cannot run is refused', () => {
	test.each([
		[404, 'NOT_FOUND', "Pipeline 'nope' of type 'batch' not found", { pipeline_key: 'nope' }],
		[404, 'NOT_FOUND', "version '9.9.9' not found", { pipeline_version: '9.9.9' }],
		[400, 'VALIDATION_ERROR', "port 'worker.inference' is required", { inputs: {} }],
		[400, 'VALIDATION_ERROR', "unknown port 'images'", { inputs: { images: [] } }],
		[
			400,
			'VALIDATION_ERROR',
			'Failed to resolve file inputs: gone.csv',
			{
				inputs: {
					'worker.inference': [{ file_id: 'gone.csv' }],
					'worker.n_shots': [{ file_id: 'on.csv', metadata: { class: 'on' } }],
				},
			},
		],
		[
			400,
			'VALIDATION_ERROR',
			"on.csv on port 'worker.n_shots' needs metadata.class",
			{
				inputs: {
					'worker.inference': [{ file_id: 'a.csv' }],
					'worker.n_shots': [{ file_id: 'on.csv' }],
				},
			},
		],
		[400, 'VALIDATION_ERROR', 'worker.config: reader_config: Required', { parameters: {} }],
		[
			400,
			'VALIDATION_ERROR',
			'classifier_config.n_neighbors: Number must be greater than or equal to 3',
			{
				parameters: { worker: { config: { ...config, classifier_config: { n_neighbors: 1 } } } },
			},
		],
	])('%i %s %s', async (status, code, message, change) => {
		const sandbox = await withFiles({ 'a.csv': machine });
		const reply = await submit(sandbox, ['a.csv'], change);
		expect(reply.status).toBe(status);
		expect(reply.body.errors[0]).toMatchObject({ code });
		expect(reply.body.errors[0]!.message).toContain(message);
	});

	test('a request of tens of thousands of files is 413', async () => {
		const sandbox = await withFiles({});
		const reply = await submit(sandbox, Array<string>(60_000).fill('some-file-name-of-a-pump.csv'));
		expect(reply.status).toBe(413);
	});
});

describe('cancel, retry, preempt', () => {
	test('a running job is cancelled at once, its worker is gone a little later', async () => {
		const sandbox = await withFiles({ 'a.csv': machine });
		const { id } = (await submit(sandbox, ['a.csv'])).body;
		await sandbox.steer.clock({ advance: 4000 });
		const { body } = await post(sandbox, `${id}/cancel`);
		expect(body).toEqual({ id, status: 'CANCELLED', cancelled_at: expect.any(String) as string });
		expect((await get(sandbox, id)).input_progress.processing).toBe(1);
		await sandbox.steer.clock({ advance: 20_000 });
		expect(await get(sandbox, id)).toMatchObject({
			status: 'CANCELLED',
			cancelled_at: body.cancelled_at,
			input_progress: { pending: 1, processing: 0 },
		});
	});

	test('a retry runs the same job again from the start', async () => {
		const sandbox = await withFiles({ 'short.csv': csv(1) }, { allInputsFailed: 'FAILED' });
		const { id } = (await submit(sandbox, ['short.csv'])).body;
		await sandbox.steer.clock({ advance: 13_000 });
		await upload(sandbox, 'short.csv', machine);
		const { body } = await post(sandbox, `${id}/retry`);
		expect(body).toEqual({ id, status: 'PENDING', retry_count: 1 });
		expect(await get(sandbox, id)).toMatchObject({ error: null, started_at: null });
		await sandbox.steer.clock({ advance: 13_000 });
		expect(await get(sandbox, id)).toMatchObject({ status: 'COMPLETED', retry_count: 1 });
		expect(await outputsOf(sandbox, id)).toHaveLength(3);
	});

	test.each([
		['cancel', 'COMPLETED'],
		['cancel', 'CANCELLED'],
		['retry', 'COMPLETED'],
		['retry', 'RUNNING'],
	] as const)('%s of a %s job is 409', async (action, status) => {
		const sandbox = await start();
		const [id] = sandbox.steer.seed({ status }).ids;
		const reply = await post<ErrorBody>(sandbox, `${id}/${action}`);
		expect(reply.status).toBe(409);
		expect(reply.body.errors[0]!.message).toContain(`is ${status}`);
	});

	test('an active job is not deleted', async () => {
		const sandbox = await start();
		const [id] = sandbox.steer.seed({ status: 'RUNNING' }).ids;
		expect((await call(sandbox, `/batch/jobs/${id}`, { method: 'DELETE' })).status).toBe(409);
		expect(sandbox.steer.deleteJob(id!)).toEqual({ id, deleted: true });
	});

	test('a pre-empted job queues again and finishes what it had begun', async () => {
		const sandbox = await withFiles({ 'a.csv': machine, 'b.csv': machine });
		const { id } = (await submit(sandbox, ['a.csv', 'b.csv'])).body;
		await sandbox.steer.clock({ advance: 9000 });
		expect((await get(sandbox, id)).input_progress).toMatchObject({ completed: 1, processing: 1 });
		sandbox.steer.setJobStatus(id, { status: 'PREEMPTED' });
		expect(await get(sandbox, id)).toMatchObject({ status: 'PREEMPTED', preemption_count: 1 });
		await sandbox.steer.clock({ advance: 1000 });
		expect((await get(sandbox, id)).status).toBe('ADMITTED');
		await sandbox.steer.clock({ advance: 13_000 });
		expect((await get(sandbox, id)).status).toBe('COMPLETED');
		const names = (await outputsOf(sandbox, id)).map(({ data }) => data.filename);
		expect(new Set(names).size).toBe(names.length);
		expect(names).toHaveLength(6);
	});

	test('a seeded job can be retried too', async () => {
		const sandbox = await start();
		const [id] = sandbox.steer.seed({ status: 'FAILED', inputs: 2, outputs: 6 }).ids;
		await post(sandbox, `${id}/retry`);
		await sandbox.steer.clock({ advance: 20_000 });
		expect(await get(sandbox, id!)).toMatchObject({
			status: 'COMPLETED',
			input_progress: { completed: 2 },
		});
		expect((await outputsOf(sandbox, id!)).length).toBeGreaterThanOrEqual(6);
	});
});

test('jobs run by themselves as time passes, faster with speed', async () => {
	const sandbox = await start({ speed: 200, jobMs: 10_000 });
	await upload(sandbox, 'off.csv', csv(...repeated([20, 1])));
	await upload(sandbox, 'on.csv', csv(...repeated([20, 100])));
	const { id } = (await submit(sandbox, ['on.csv'])).body;
	let status = '';
	for (const deadline = Date.now() + 4000; status !== 'COMPLETED' && Date.now() < deadline;) {
		await new Promise((resolve) => setTimeout(resolve, 10));
		({ status } = await get(sandbox, id));
	}
	expect(status).toBe('COMPLETED');
});
