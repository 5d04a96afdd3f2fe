import type { Sandbox, SandboxOptions } from '../../../sandbox';
import { call, start, upload, type ErrorBody, type JobRow } from './support';

/** A CSV with one column of values, one row per second. */
export const csv = (...values: number[]) =>
	[
		'time,level,note',
		...values.map(
			(value, row) => `2026-01-01 00:00:${String(row).padStart(2, '0')},${value},"a,b"`,
		),
	].join('\n');

export const repeated = (...runs: Array<[count: number, value: number]>) =>
	runs.flatMap(([count, value]) => Array<number>(count).fill(value));

/** 8 low rows, 8 high, 4 low: in windows of 4, that is off off on on off. */
export const machine = csv(...repeated([8, 1], [8, 99], [4, 2]));

export const config = {
	batch_size: 1,
	flush_every_n_iteration: 2,
	reader_config: {
		data_columns: ['level'],
		timestamp_column: 'time',
		window_size: 4,
		step_size: 4,
	},
	classifier_config: { n_neighbors: 3, metric: 'euclidean', weights: 'uniform' },
};

export interface Running extends JobRow {
	input_progress: Record<string, number>;
	error: { message: string } | null;
	retry_count: number;
	preemption_count: number;
	started_at: string | null;
	cancelled_at: string | null;
}

/** A sandbox with a stopped clock, with the shots `off.csv` and `on.csv` and the given files. */
export async function withFiles(
	files: Record<string, string>,
	options: SandboxOptions = {},
): Promise<Sandbox> {
	const sandbox = await start({ jobMs: 10_000, ...options });
	await sandbox.steer.clock({ frozen: true });
	await upload(sandbox, 'off.csv', csv(...repeated([20, 1])));
	await upload(sandbox, 'on.csv', csv(...repeated([20, 100])));
	for (const [name, text] of Object.entries(files)) await upload(sandbox, name, text);
	return sandbox;
}

/** Creates a job that classifies the files; `change` overrides parts of the request. */
export function submit(sandbox: Sandbox, files: string[], change: object = {}) {
	return call<Running & ErrorBody>(sandbox, '/batch/jobs', {
		method: 'POST',
		json: {
			name: 'nightly',
			pipeline_type: 'batch',
			pipeline_key: 'machine-state-classification',
			inputs: {
				'worker.inference': files.map((file_id) => ({ file_id })),
				'worker.n_shots': ['off', 'on'].map((label) => ({
					file_id: `${label}.csv`,
					metadata: { class: label },
				})),
			},
			parameters: { worker: { parallelism: 1, config } },
			...change,
		},
	});
}

/** Creates a training on `off.csv` and `on.csv`, also used for validation; `config` overrides. */
export function train(sandbox: Sandbox, change: object = {}) {
	const { batch_size, reader_config } = config;
	const files = ['off', 'on'].map((label) => ({
		...{ file_id: `${label}.csv`, metadata: { class: label } },
	}));
	const train_config = { epochs: 4 };
	return call<Running & ErrorBody>(sandbox, '/batch/jobs', {
		method: 'POST',
		json: {
			...{ name: 'tuning', pipeline_type: 'training', pipeline_key: 'fine-tuning-omega' },
			inputs: { 'worker.train_data': files, 'worker.eval_data': files },
			parameters: {
				worker: { config: { batch_size, reader_config, train_config, ...change } },
			},
		},
	});
}

/** Trains to completion and returns the ID of the last checkpoint. */
export async function trained(sandbox: Sandbox, change: object = {}): Promise<string> {
	const { id } = (await train(sandbox, change)).body;
	await sandbox.steer.clock({ advance: 60_000 });
	return (await checkpointsOf(sandbox, id)).at(-1)!.id;
}

export interface CheckpointRow {
	id: string;
	name: string;
	step: number;
	metrics: Record<string, number>;
}

export const checkpointsOf = async (sandbox: Sandbox, id: string) =>
	(
		await call<{ checkpoints: CheckpointRow[] }>(
			sandbox,
			`/batch/jobs/${id}/checkpoints?offset=0&limit=100`,
		)
	).body.checkpoints;

export const get = async (sandbox: Sandbox, id: string) =>
	(await call<Running>(sandbox, `/batch/jobs/${id}`)).body;
export const post = <Body = Running>(sandbox: Sandbox, path: string) =>
	call<Body>(sandbox, `/batch/jobs/${path}`, { method: 'POST' });
