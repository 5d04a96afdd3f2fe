import type { Sandbox } from '../../../sandbox';
import { csv, get, machine, post, repeated, submit, trained, withFiles } from './machines';
import { call, start, upload, type ErrorBody } from './support';

/** A job that ran to completion: two inputs, one of which failed. */
async function finished(): Promise<[Sandbox, string]> {
	const sandbox = await withFiles({ 'a.csv': machine, 'short.csv': csv(1) });
	const { id } = (await submit(sandbox, ['a.csv', 'short.csv'])).body;
	await sandbox.steer.clock({ advance: 13_000 });
	return [sandbox, id];
}

interface Entry {
	id: number;
	kind: string;
	step: number;
	input_id: string;
	metrics: Record<string, number>;
	created_at: string;
}
interface ProgressList {
	job_id: string;
	total: number;
	offset: number;
	limit: number;
	entries: Entry[];
}
interface Point {
	t: string;
	step: number;
	files: { completed: number; failed: number };
	items: Record<string, { success: number; failed: number }>;
}
interface Traces {
	job_id: string;
	bucket_seconds: number;
	latest_event_at: string | null;
	points: Point[];
}

describe('X2: every documented endpoint answers', () => {
	const paged = ['total', 'offset', 'limit'];
	const inJob = ['job_id', ...paged];
	const job = [
		...['id', 'org_id', 'name', 'pipeline_type', 'pipeline_key', 'pipeline_version', 'status'],
		...['parameters', 'retry_count', 'preemption_count', 'queue_position', 'queue_depth'],
		...['input_progress', 'created_at', 'updated_at', 'started_at', 'completed_at', 'failed_at'],
		...['cancelled_at', 'error'],
	];
	const pipeline = [
		...['id', 'pipeline_key', 'pipeline_version', 'name', 'description', 'pipeline_type'],
		...['components', 'default_config', 'config_schema', 'user_config_schema', 'edges', 'inputs'],
		...['outputs', 'retry_policy', 'visibility', 'org_id', 'status', 'created_at', 'updated_at'],
	];
	const schema = [
		...['id', 'pipeline_key', 'pipeline_version', 'user_schema', 'config_schema'],
		...['inputs', 'outputs'],
	];
	const metadata = [
		...['file_id', 'file_uid', 'is_valid', 'file_type', 'num_bytes', 'file_status'],
		...['file_attributes', 'ingested', 'file_index', 'file_tags'],
	];
	const uploaded = ['file_uid', 'file_name', 'num_bytes', 'file_status', 'file_attributes'];

	/** The map of the endpoints: what is sent to each, and the fields of its reply. */
	const map: Array<[method: string, path: string, fields: string[], json?: object]> = [
		['GET', '/batch/jobs', [...paged, 'jobs']],
		['GET', '/batch/jobs/queue', ['queues']],
		['GET', '/batch/jobs/{job}', job],
		['GET', '/batch/jobs/{job}/events', [...inJob, 'events']],
		['GET', '/batch/jobs/{job}/progress', [...inJob, 'entries']],
		['GET', '/batch/jobs/{job}/inputs', [...inJob, 'inputs']],
		['GET', '/batch/jobs/{job}/inputs/progress', [...inJob, 'items']],
		[
			...['GET', '/batch/jobs/{job}/inputs/progress/counts'],
			['job_id', 'pending', 'processing', 'completed', 'failed'],
		] as [string, string, string[]],
		[
			...['GET', '/batch/jobs/{job}/inputs/progress/traces'],
			['job_id', 'bucket_seconds', 'latest_event_at', 'points'],
		] as [string, string, string[]],
		['GET', '/batch/jobs/{job}/outputs', [...inJob, 'outputs']],
		['GET', '/batch/jobs/{job}/checkpoints', [...inJob, 'checkpoints']],
		['GET', '/batch/registry/pipelines', [...paged, 'pipelines']],
		['GET', '/batch/registry/pipelines/{pipeline}', pipeline],
		['GET', '/batch/registry/pipelines/{pipeline}/schema', schema],
		['GET', '/files/info', ['num_files', 'num_bytes', 'num_ingested', 'last_updated']],
		['GET', '/files/metadata/a.csv', metadata],
		['POST', '/files/uploads/{upload}/parts/urls', ['parts'], { part_numbers: [1] }],
		['POST', '/files/uploads/{upload}/parts/checkpoint', ['num_checkpointed'], { parts: [] }],
		['POST', '/batch/jobs/{running}/cancel', ['id', 'status', 'cancelled_at']],
		['POST', '/batch/jobs/{running}/retry', ['id', 'status', 'retry_count']],
		['DELETE', '/batch/jobs/{job}', ['id', 'deleted']],
		['DELETE', '/files/delete/a.csv', ['is_valid', 'file_id', 'file_uid']],
	];

	test('with the fields of its page', async () => {
		const [sandbox, id] = await finished();
		const [running] = sandbox.steer.seed({ status: 'RUNNING' }).ids;
		const listed = await call<{ pipelines: Array<{ id: string }> }>(
			sandbox,
			'/batch/registry/pipelines',
		);
		const initiated = await call<{ upload_id: string }>(sandbox, '/files/uploads/initiate', {
			method: 'POST',
			json: { filename: 'new.csv', file_type: 'text/csv', num_bytes: 3 },
		});
		const ids: Record<string, string> = {
			job: id,
			running: running!,
			pipeline: listed.body.pipelines[0]!.id,
			upload: initiated.body.upload_id,
		};
		for (const [method, path, fields, json] of map) {
			const filled = path.replace(/\{(\w+)\}/, (_, name: string) => ids[name]!);
			const { status, body } = await call(sandbox, filled, { method, json });
			expect([method, path, status, Object.keys(body).sort()]).toEqual([
				...[method, path, 200],
				[...fields].sort(),
			]);
		}
	});

	test('of the upload in parts, to its end and to its abort', async () => {
		const sandbox = await start();
		const initiate = async (filename: string) =>
			(
				await call<{ upload_id: string; parts: Array<{ url: string }> }>(
					sandbox,
					'/files/uploads/initiate',
					{ method: 'POST', json: { filename, file_type: 'text/csv', num_bytes: 4 } },
				)
			).body;
		const first = await initiate('a.csv');
		const put = await fetch(first.parts[0]!.url, { method: 'PUT', body: 'a\n1\n' });
		const parts = [{ part_number: 1, part_token: put.headers.get('etag') }];
		const path = `/files/uploads/${first.upload_id}/complete`;
		const { body } = await call(sandbox, path, { method: 'POST', json: { parts } });
		expect(Object.keys(body).sort()).toEqual([...uploaded].sort());
		const second = await initiate('b.csv');
		const abort = `/files/uploads/${second.upload_id}/abort`;
		expect(await call(sandbox, abort, { method: 'POST' })).toMatchObject({ status: 200, body: '' });
	});

	test.each([
		...['events', 'progress', 'inputs', 'inputs/progress', 'inputs/progress/counts'],
		...['inputs/progress/traces', 'outputs', 'checkpoints'],
	])('%s of an unknown job is 404, and without a key 401', async (part) => {
		const sandbox = await start();
		const { status, body } = await call<ErrorBody>(sandbox, `/batch/jobs/job_nope/${part}`);
		expect([status, body.errors[0]!.code]).toEqual([404, 'NOT_FOUND']);
		expect((await fetch(`${sandbox.url}/batch/jobs/job_nope/${part}`)).status).toBe(401);
	});
});

describe('X2: progress', () => {
	test('keeps every entry, oldest first, for a client that tails it by offset', async () => {
		const sandbox = await withFiles({ 'a.csv': csv(...repeated([80, 1])) });
		const { id } = (await submit(sandbox, ['a.csv'])).body;
		const seen: Entry[] = [];
		for (let second = 0; second < 14; second++) {
			await sandbox.steer.clock({ advance: 1000 });
			const path = `/batch/jobs/${id}/progress?offset=${seen.length}&limit=100`;
			const { body } = await call<ProgressList>(sandbox, path);
			expect(body).toMatchObject({ job_id: id, offset: seen.length, limit: 100 });
			seen.push(...body.entries);
			expect(body.total).toBe(seen.length);
		}
		expect(seen.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
		expect(seen.map(({ metrics }) => metrics.items_processed)).toEqual([
			...[2, 4, 6, 8, 10, 12, 14, 16, 18, 20],
		]);
		expect(seen.at(-1)!.metrics).toMatchObject({ percent_complete: 100, items_total: 20 });
		const times = seen.map(({ created_at }) => created_at);
		expect(times).toEqual([...times].sort());
	});

	test('has the latest entry of each input as the progress of inputs says it', async () => {
		const [sandbox, id] = await finished();
		const { body } = await call<{ items: Array<{ latest_progress: Entry | null }> }>(
			sandbox,
			`/batch/jobs/${id}/inputs/progress?status=completed`,
		);
		const { entries } = (await call<ProgressList>(sandbox, `/batch/jobs/${id}/progress`)).body;
		expect(body.items[0]!.latest_progress).toEqual(entries.at(-1));
	});

	test.each(['finished', 'seeded'])('filters by kind and by input: %s', async (which) => {
		const [sandbox, id] = await (which === 'finished' ? finished() : seeded());
		const list = async (query: string) =>
			(await call<ProgressList>(sandbox, `/batch/jobs/${id}/progress?limit=100&${query}`)).body;
		const { entries, total } = await list('');
		expect([entries.length, total > 0]).toEqual([total, true]);
		expect((await list('kind=inference')).total).toBe(total);
		expect((await list('kind=other')).total).toBe(0);
		const [{ input_id }] = entries as [Entry];
		const own = entries.filter((entry) => entry.input_id === input_id);
		expect((await list(`input_id=${input_id}`)).entries).toEqual(own);
		expect((await list('input_id=inp_nope')).total).toBe(0);
	});

	test('begins anew with a retry', async () => {
		const sandbox = await withFiles({ 'a.csv': machine });
		const { id } = (await submit(sandbox, ['a.csv'])).body;
		await sandbox.steer.clock({ advance: 9000 });
		await post(sandbox, `${id}/cancel`);
		await post(sandbox, `${id}/retry`);
		const list = async () => (await call<ProgressList>(sandbox, `/batch/jobs/${id}/progress`)).body;
		expect((await list()).total).toBe(0);
		await sandbox.steer.clock({ advance: 13_000 });
		expect((await list()).entries.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5]);
	});
});

async function seeded(): Promise<[Sandbox, string]> {
	const sandbox = await start();
	return [sandbox, sandbox.steer.seed({ inputs: 10, shots: 2, status: 'RUNNING' }).ids[0]!];
}

describe('X2: counts', () => {
	test('are those of the job, or of one port', async () => {
		const [sandbox, id] = await seeded();
		const counts = async (query = '') =>
			(await call(sandbox, `/batch/jobs/${id}/inputs/progress/counts${query}`)).body;
		const all = { job_id: id, pending: 4, processing: 1, completed: 5, failed: 0 };
		expect(await counts()).toEqual(all);
		expect((await get(sandbox, id)).input_progress).toEqual({
			...{ pending: 4, processing: 1, completed: 5, failed: 0 },
		});
		expect(await counts('?port_name=worker.inference')).toEqual(all);
		const none = { pending: 0, processing: 0, completed: 0, failed: 0 };
		expect(await counts('?port_name=worker.n_shots')).toEqual({ job_id: id, ...none });
	});
});

describe('X2: traces', () => {
	const traces = async (sandbox: Sandbox, id: string, query = '') =>
		call<Traces>(sandbox, `/batch/jobs/${id}/inputs/progress/traces${query}`);

	test('count up to what the job ended with', async () => {
		const [sandbox, id] = await finished();
		const { body } = await traces(sandbox, id);
		expect(body.points).toHaveLength(100);
		const last = body.points.at(-1)!;
		const job = await get(sandbox, id);
		expect(last).toEqual({
			t: job.completed_at,
			step: 2,
			files: { completed: 1, failed: 1 },
			items: { inference: { success: 5, failed: 0 } },
		});
		expect(body.points[0]).toMatchObject({ step: 0, items: {} });
		const steps = body.points.map(({ step }) => step);
		expect(steps).toEqual([...steps].sort((a, b) => a - b));
		const ran = Date.parse(job.completed_at as string) - Date.parse(job.started_at!);
		expect(body.bucket_seconds).toBeCloseTo(ran / 100_000, 4);
	});

	test('of a job that waits hold nothing yet', async () => {
		const sandbox = await start();
		const [id] = sandbox.steer.seed({ status: 'PENDING', inputs: 3 }).ids;
		const { body } = await traces(sandbox, id!);
		expect(body.latest_event_at).toBeNull();
		expect(body.points.at(-1)).toMatchObject({ step: 0, items: {} });
	});

	test('of a job that runs end now', async () => {
		const sandbox = await withFiles({ 'a.csv': machine });
		const { id } = (await submit(sandbox, ['a.csv'])).body;
		const { now } = await sandbox.steer.clock({ advance: 7000 });
		const { body } = await traces(sandbox, id);
		expect(body.points.at(-1)!.t).toBe(now);
		const { entries } = (await call<ProgressList>(sandbox, `/batch/jobs/${id}/progress`)).body;
		expect(body.latest_event_at).toBe(entries.at(-1)!.created_at);
	});

	test.each([
		['', 100],
		['?buckets=50', 50],
		['?buckets=1', 10],
		['?buckets=99999', 1000],
	])('%s has %i buckets', async (query, buckets) => {
		const [sandbox, id] = await seeded();
		expect((await traces(sandbox, id, query)).body.points).toHaveLength(buckets);
	});

	test('are 304 to who has them, until something happens', async () => {
		const sandbox = await withFiles({ 'a.csv': machine });
		const { id } = (await submit(sandbox, ['a.csv'])).body;
		await sandbox.steer.clock({ advance: 7000 });
		const again = async (etag: string) =>
			fetch(`${sandbox.url}/batch/jobs/${id}/inputs/progress/traces`, {
				headers: { authorization: `Bearer ${sandbox.apiKey}`, 'if-none-match': etag },
			});
		const etag = (await traces(sandbox, id)).headers.get('etag')!;
		const unchanged = await again(etag);
		expect([unchanged.status, await unchanged.text()]).toEqual([304, '']);
		await sandbox.steer.clock({ advance: 6000 });
		expect((await again(etag)).status).toBe(200);
	});
});

describe('X2: the registry', () => {
	test('lists what can run, 20 a page, and filters', async () => {
		const sandbox = await start();
		const list = async (query: string) =>
			(await call<{ total: number; limit: number }>(sandbox, `/batch/registry/pipelines${query}`))
				.body;
		expect(await list('')).toMatchObject({ total: 5, offset: 0, limit: 20 });
		expect((await list('?pipeline_type=training')).total).toBe(1);
		expect((await list('?status=published&visibility=platform')).total).toBe(4);
		expect((await list('?status=draft')).total).toBe(1);
		expect((await call(sandbox, '/batch/registry/pipelines?visibility=all')).status).toBe(400);
		expect((await call(sandbox, '/batch/registry/pipelines/ppl_nope')).status).toBe(404);
	});

	test('a job runs the newest published version, or the one that is asked for, a draft, too', async () => {
		const sandbox = await withFiles({ 'a.csv': machine });
		const versionOf = async (pipeline_version?: string) =>
			(await submit(sandbox, ['a.csv'], { pipeline_version })).body.pipeline_version;
		expect(await versionOf()).toBe('1.1.1');
		expect(await versionOf('1.1.0')).toBe('1.1.0');
		expect(await versionOf('1.1.2-draft')).toBe('1.1.2-draft');
		expect((await submit(sandbox, ['a.csv'], { pipeline_version: '9' })).status).toBe(404);
	});

	test('a schema says that it was made, is in the form of pydantic, and its defaults are taken', async () => {
		const sandbox = await withFiles({ 'a.csv': machine });
		const { body } = await call<{ user_schema: { $comment: string; $defs: object } }>(
			sandbox,
			'/batch/registry/pipelines/ppl_18zrcb6m1c96ds77sgqbs7cf84/schema',
		);
		expect(body.user_schema.$comment).toMatch(/^Made for the sandbox/);
		expect(Object.keys(body.user_schema.$defs)).toContain('ReaderConfig');
		const config = { reader_config: { data_columns: ['level'] }, flush_every_n_iteration: null };
		const parameters = { worker: { config } };
		expect((await submit(sandbox, ['a.csv'], { parameters })).status).toBe(201);
	});

	test('a checkpoint is taken as an input of its port, and nowhere else', async () => {
		const sandbox = await withFiles({ 'a.csv': machine });
		const checkpoint_id = await trained(sandbox);
		const checkpoint = { kind: 'checkpoint', checkpoint_id, metadata: {} };
		const shots = [{ file_id: 'off.csv', metadata: { class: 'off' } }];
		const inputs = { 'worker.inference': [{ file_id: 'a.csv' }], 'worker.n_shots': shots };
		const port = 'worker.fine_tune_checkpoint';
		const create = (more: object) => submit(sandbox, [], { inputs: { ...inputs, ...more } });
		const { status, body } = await create({ [port]: [checkpoint] });
		expect(status).toBe(201);
		const listed = await call<{ inputs: object[] }>(
			sandbox,
			`/batch/jobs/${body.id}/inputs?port_name=${port}`,
		);
		expect(listed.body.inputs).toMatchObject([
			{ file_id: checkpoint_id, data: null, status: 'reference' },
		]);
		await sandbox.steer.clock({ advance: 60_000 });
		expect((await get(sandbox, body.id)).status).toBe('COMPLETED');
		expect((await create({ 'worker.inference': [checkpoint] })).status).toBe(400);
		expect((await create({ [port]: [{ file_id: 'a.csv' }] })).status).toBe(400);
		const unknown = await create({ [port]: [{ ...checkpoint, checkpoint_id: 'ckp_1' }] });
		expect([unknown.status, unknown.body.errors[0]!.message]).toEqual([
			...[400, 'Failed to resolve checkpoint inputs: ckp_1'],
		]);
	});

	test('describes ports that a job can be created with', async () => {
		const sandbox = await withFiles({ 'a.csv': machine });
		const { body } = await call<{
			pipelines: Array<{
				pipeline_key: string;
				inputs: Record<string, { mode: string; tracked: boolean; distribute: string }>;
			}>;
		}>(sandbox, '/batch/registry/pipelines');
		const { inputs } = body.pipelines.find(
			({ pipeline_key }) => pipeline_key === 'machine-state-classification',
		)!;
		expect(inputs).toMatchObject({
			'worker.inference': { mode: 'plain_file_list', tracked: true, distribute: 'scatter' },
			'worker.n_shots': { mode: 'n_shot_file_list', tracked: false, distribute: 'replicate' },
		});
		const ofFiles = Object.entries(inputs).filter(([port]) => !port.includes('checkpoint'));
		const given = ofFiles.map(([port, { mode }]) => [
			port,
			[{ file_id: 'a.csv', metadata: mode === 'n_shot_file_list' ? { class: 'on' } : {} }],
		]);
		const change = { inputs: Object.fromEntries(given) as object };
		expect((await submit(sandbox, [], change)).status).toBe(201);
	});
});

describe('X2: files', () => {
	test('are counted, listed in shards, and deleted', async () => {
		const sandbox = await withFiles({ 'a.csv': machine, 'b.csv': machine });
		await upload(sandbox, 'c.txt', 'text', 'text/plain');
		const info = async () => (await call(sandbox, '/files/info')).body;
		expect(await info()).toMatchObject({ num_files: 5, num_ingested: 0 });
		const list = async (query: string) =>
			(await call<Array<{ file_id: string }>>(sandbox, `/files/metadata?${query}`)).body.map(
				({ file_id }) => file_id,
			);
		const all = ['off.csv', 'on.csv', 'a.csv', 'b.csv', 'c.txt'];
		expect(await list('shard_index=-1&max_items_per_shard=-1')).toEqual(all);
		expect(await list('')).toEqual(all);
		expect(await list('shard_index=1&max_items_per_shard=2')).toEqual(all.slice(2, 4));
		expect(await list('file_type=text/plain')).toEqual(['c.txt']);
		const path = '/files/delete/b.csv';
		expect((await call(sandbox, path, { method: 'DELETE' })).body).toMatchObject({
			...{ is_valid: true, file_id: 'b.csv' },
		});
		expect((await call(sandbox, path, { method: 'DELETE' })).status).toBe(404);
		expect(await info()).toMatchObject({ num_files: 4 });
	});

	test('are no more than 1000 in a list', async () => {
		const sandbox = await start();
		for (let i = 0; i < 1005; i++) await upload(sandbox, `${i}.txt`, 'x', 'text/plain');
		const list = async (query: string) =>
			(await call<object[]>(sandbox, `/files/metadata?${query}`)).body.length;
		expect(await list('')).toBe(1000);
		expect(await list('shard_index=1&max_items_per_shard=5000')).toBe(5);
	});

	test('are counted in shards as they are served, or as they were asked for', async () => {
		const sandbox = await start({ maxFiles: 2 });
		for (const name of 'abcde') await upload(sandbox, `${name}.txt`, 'x', 'text/plain');
		const list = async (shard: number) => {
			const path = `/files/metadata?shard_index=${shard}&max_items_per_shard=3`;
			const { body } = await call<Array<{ file_id: string }>>(sandbox, path);
			return body.map(({ file_id }) => file_id[0]).join('');
		};
		expect([await list(0), await list(1), await list(2)]).toEqual(['ab', 'cd', 'e']);
		sandbox.steer.options({ shards: 'asked' });
		expect([await list(0), await list(1), await list(2)]).toEqual(['ab', 'de', '']);
	});

	test('can come as base64', async () => {
		const sandbox = await start();
		const send = (text: string, type = 'text/csv') => {
			const form = new FormData();
			form.set('file', new Blob([text], { type }), 'a.csv');
			return call<ErrorBody>(sandbox, '/files/base64', { method: 'POST', form });
		};
		const encoded = Buffer.from(machine).toString('base64');
		expect((await send(encoded.replace(/.{76}/g, '$&\n'))).body).toMatchObject({
			...{ is_valid: true, file_id: 'a.csv' },
		});
		expect((await call<string>(sandbox, '/files/download/a.csv')).body).toBe(machine);
		expect((await send('not base64!')).status).toBe(400);
		expect((await send(encoded, 'video/mp4')).body.errors[0]!.code).toBe('invalid_file_type');
	});
});
