import {
	checkpointsOf,
	csv,
	get,
	post,
	repeated,
	submit,
	train,
	trained,
	withFiles,
} from './machines';
import { call, outputsOf, type ErrorBody } from './support';

interface Entry {
	kind: string;
	step: number;
	message: string;
	metrics: Record<string, number>;
	input_id: string | null;
}

const PORT = 'worker.fine_tune_checkpoint';

test('a training goes through its epochs, learns, and keeps a checkpoint whenever it does better', async () => {
	const sandbox = await withFiles({});
	const { status, body } = await train(sandbox);
	expect([status, body.status, body.pipeline_type]).toEqual([201, 'PENDING', 'training']);
	expect(await checkpointsOf(sandbox, body.id)).toEqual([]);
	await sandbox.steer.clock({ advance: 60_000 });
	expect((await get(sandbox, body.id)).status).toBe('COMPLETED');

	const path = `/batch/jobs/${body.id}/progress?limit=100`;
	const { entries } = (await call<{ entries: Entry[] }>(sandbox, path)).body;
	expect(entries.map(({ kind, step, message }) => [kind, step, message])).toEqual(
		[1, 2, 3, 4].map((step) => ['training', step, `Epoch ${step} of 4`]),
	);
	const losses = entries.map(({ metrics }) => metrics.train_loss!);
	expect(losses).toEqual([...losses].sort((a, b) => b - a));
	expect(entries.at(-1)!.metrics).toMatchObject({ percent_complete: 100, eval_accuracy: 1 });

	const checkpoints = await checkpointsOf(sandbox, body.id);
	expect(checkpoints.length).toBeGreaterThan(0);
	for (const { id, name, step, metrics } of checkpoints) {
		expect([id, name]).toEqual([expect.stringMatching(/^ckp_/), `tuning-step-${step}`]);
		const { eval_accuracy } = entries.find((entry) => entry.step === step)!.metrics;
		expect(metrics).toMatchObject({ eval_accuracy });
	}
	const accuracies = checkpoints.map(({ metrics }) => metrics.eval_accuracy!);
	expect(accuracies).toEqual([...new Set(accuracies)].sort((a, b) => a - b));
	expect(await outputsOf(sandbox, body.id)).toEqual([]);
});

test('a job with a checkpoint is classified by it: the labelled files and their settings are left aside', async () => {
	const sandbox = await withFiles({ 'a.csv': csv(...repeated([8, 1], [8, 99])) });
	const checkpoint_id = await trained(sandbox);
	// The labels are swapped, and there are too few examples for so many neighbours.
	const shots = ['off', 'on'].map((label) => ({
		...{ file_id: `${label}.csv`, metadata: { class: label === 'on' ? 'off' : 'on' } },
	}));
	const inputs = {
		'worker.inference': [{ file_id: 'a.csv' }],
		'worker.n_shots': shots,
		[PORT]: [{ kind: 'checkpoint', checkpoint_id, metadata: {} }],
	};
	const reader_config = {
		...{ data_columns: ['level'], timestamp_column: 'time', window_size: 4, step_size: 4 },
	};
	const config = { reader_config, classifier_config: { n_neighbors: 999 } };
	const { body } = await submit(sandbox, [], { inputs, parameters: { worker: { config } } });
	await sandbox.steer.clock({ advance: 60_000 });
	const [output] = await outputsOf(sandbox, body.id);
	const rows = (await (await fetch(output!.data.ref)).text()).trim().split('\n').slice(1);
	expect(rows.map((row) => row.split(',')[1])).toEqual(['off', 'off', 'on', 'on']);
});

test('a checkpoint of other columns fails the job, in words', async () => {
	const sandbox = await withFiles({ 'two.csv': 'time,level,more\n1,1,1\n2,1,1\n' });
	const checkpoint_id = await trained(sandbox);
	const reader_config = { data_columns: ['level', 'more'], timestamp_column: 'time' };
	const { body } = await submit(sandbox, [], {
		inputs: {
			'worker.inference': [{ file_id: 'two.csv' }],
			'worker.n_shots': [{ file_id: 'off.csv', metadata: { class: 'off' } }],
			[PORT]: [{ kind: 'checkpoint', checkpoint_id }],
		},
		parameters: { worker: { config: { reader_config } } },
	});
	await sandbox.steer.clock({ advance: 60_000 });
	const { status, error } = await get(sandbox, body.id);
	expect([status, error!.message]).toEqual([
		...['FAILED', 'Job failed: the checkpoint was trained on 1 data columns, not 2'],
	]);
});

test.each([
	[
		'files without a class',
		{ 'worker.eval_data': [{ file_id: 'on.csv' }] },
		/needs metadata.class/,
	],
	['no files to try it on', { 'worker.eval_data': [] }, /'worker.eval_data' is required/],
])('%s are refused', async (_, change, expected) => {
	const sandbox = await withFiles({});
	const train_data = [{ file_id: 'on.csv', metadata: { class: 'on' } }];
	const { status, body } = await call<ErrorBody>(sandbox, '/batch/jobs', {
		method: 'POST',
		json: {
			...{ name: 'tuning', pipeline_type: 'training', pipeline_key: 'fine-tuning-omega' },
			inputs: { 'worker.train_data': train_data, ...change },
			parameters: { worker: { config: { reader_config: { data_columns: ['level'] } } } },
		},
	});
	expect([status, body.errors[0]!.message]).toEqual([400, expect.stringMatching(expected)]);
});

test('files shorter than a window fail the training, in words', async () => {
	const sandbox = await withFiles({});
	const reader_config = { data_columns: ['level'], window_size: 50 };
	const { id } = (await train(sandbox, { reader_config })).body;
	await sandbox.steer.clock({ advance: 60_000 });
	expect((await get(sandbox, id)).error!.message).toBe(
		'Job failed: no file of worker.train_data has as many rows as the window_size of 50',
	);
});

test('a training that is cancelled keeps its checkpoints, and a retry begins anew', async () => {
	const sandbox = await withFiles({});
	const { id } = (await train(sandbox)).body;
	await sandbox.steer.clock({ advance: 8000 });
	await post(sandbox, `${id}/cancel`);
	const [kept] = await checkpointsOf(sandbox, id);
	expect(kept!.step).toBe(1);
	await post(sandbox, `${id}/retry`);
	expect(await checkpointsOf(sandbox, id)).toEqual([]);
	await sandbox.steer.clock({ advance: 60_000 });
	const again = await checkpointsOf(sandbox, id);
	expect(again.map(({ step }) => step)).toContain(1);
	expect(again.map((checkpoint) => checkpoint.id)).not.toContain(kept!.id);
});
