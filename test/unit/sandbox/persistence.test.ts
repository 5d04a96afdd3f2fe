import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandbox } from '../../../sandbox';
import { trained } from './machines';
import { call, outputsOf, start, upload, type JobList, type JobRow } from './support';

let folder: string;
beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), 'sandbox-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const rows = Array.from({ length: 40 }, (_, row) => `${row},${row % 7}`);
const csv = ['time,level', ...rows].join('\n');

const job = {
	name: 'kept',
	pipeline_type: 'batch',
	pipeline_key: 'machine-state-classification',
	inputs: {
		'worker.inference': [{ file_id: 'a.csv' }, { file_id: 'b.csv' }],
		'worker.n_shots': [{ file_id: 'a.csv', metadata: { class: 'on' } }],
	},
	parameters: {
		worker: {
			config: {
				reader_config: {
					data_columns: ['level'],
					timestamp_column: 'time',
					window_size: 4,
					step_size: 1,
				},
			},
		},
	},
};

test('jobs, files and outputs are there after a restart, and a running job ends', async () => {
	const first = await start({ data: folder });
	await first.steer.clock({ frozen: true });
	first.steer.seed({ count: 50 });
	for (const name of ['a.csv', 'b.csv']) await upload(first, name, csv);
	const created = await call<JobRow>(first, '/batch/jobs', { method: 'POST', json: job });
	const { id } = created.body;
	await first.steer.clock({ advance: 9000 });
	const before = (await call<JobRow>(first, `/batch/jobs/${id}`)).body;
	const parts = await outputsOf(first, id);
	expect([before.status, parts.length]).toEqual(['RUNNING', 1]);
	const contents = await (await fetch(parts[0]!.data.ref)).text();
	await first.close();

	const second = await start({ data: folder });
	await second.steer.clock({ frozen: true });
	expect((await call<JobList>(second, '/batch/jobs')).body.total).toBe(51);
	const after = (await call<JobRow>(second, `/batch/jobs/${id}`)).body;
	expect(after.created_at).toBe(before.created_at);
	const [kept] = await outputsOf(second, id);
	expect(kept!.id).toBe(parts[0]!.id);
	expect(await (await fetch(kept!.data.ref)).text()).toBe(contents);
	expect((await call<string>(second, '/files/download/b.csv')).body).toBe(csv);
	await second.steer.clock({ advance: 15_000 });
	expect((await call<JobRow>(second, `/batch/jobs/${id}`)).body.status).toBe('COMPLETED');
	const names = (await outputsOf(second, id)).map(({ data }) => data.filename);
	expect(names).toEqual(['pred_a_part_0.csv', 'pred_b_part_0.csv']);
});

test('inputs that are checkpoints are kept as such, and the job that waits for them ends', async () => {
	const first = await start({ data: folder });
	await first.steer.clock({ frozen: true });
	for (const name of ['a.csv', 'b.csv']) await upload(first, name, csv);
	const reader_config = { data_columns: ['level'], window_size: 4, step_size: 1 };
	for (const name of ['off.csv', 'on.csv']) await upload(first, name, csv);
	const checkpoint_id = await trained(first, { reader_config });
	const checkpoint = { kind: 'checkpoint', checkpoint_id, metadata: { epoch: 3 } };
	const inputs = { ...job.inputs, 'worker.fine_tune_checkpoint': [checkpoint] };
	const json = { ...job, inputs };
	const { id } = (await call<JobRow>(first, '/batch/jobs', { method: 'POST', json })).body;
	const path = `/batch/jobs/${id}/inputs?port_name=worker.fine_tune_checkpoint`;
	const before = (await call<{ inputs: object[] }>(first, path)).body.inputs;
	expect(before).toMatchObject([{ file_id: checkpoint_id, status: 'reference' }]);
	await first.close();

	const second = await start({ data: folder });
	await second.steer.clock({ frozen: true });
	expect((await call<{ inputs: object[] }>(second, path)).body.inputs).toEqual(before);
	await second.steer.clock({ advance: 30_000 });
	expect((await call<JobRow>(second, `/batch/jobs/${id}`)).body.status).toBe('COMPLETED');
});

test('links of an earlier run are refused', async () => {
	const first = await start({ data: folder });
	const [id] = first.steer.seed().ids;
	const [output] = await outputsOf(first, id!);
	await first.close();
	const second = await start({ data: folder });
	const url = new URL(output!.data.ref);
	url.port = new URL(second.storageUrl).port;
	expect((await fetch(url)).status).toBe(403);
});

test('time does not run backwards after a restart', async () => {
	const first = await start({ data: folder });
	const { now } = await first.steer.clock({ advance: 3_600_000 });
	first.steer.seed();
	await first.close();
	const second = await start({ data: folder });
	expect((await second.steer.clock()).now >= now).toBe(true);
});

test('bytes that nothing needs any more are removed', async () => {
	const first = await start({ data: folder });
	await upload(first, 'a.csv', 'one');
	await upload(first, 'a.csv', 'two');
	await writeFile(join(folder, 'blobs', 'left-by-a-crash'), 'x');
	await first.close();
	await start({ data: folder });
	expect(await readdir(join(folder, 'blobs'))).toHaveLength(1);
});

test('a write that was cut off leaves the state before it', async () => {
	const first = await start({ data: folder });
	first.steer.seed({ count: 3 });
	await first.close();
	await writeFile(join(folder, 'state.new'), 'half of it');
	const second = await start({ data: folder });
	expect((await call<JobList>(second, '/batch/jobs')).body.total).toBe(3);
});

test('a file that is no state is named, and left alone', async () => {
	await writeFile(join(folder, 'state'), 'something else');
	await expect(startSandbox({ data: folder })).rejects.toThrow(
		`${join(folder, 'state')} is no state of this version of the sandbox. Delete it to start anew.`,
	);
});
