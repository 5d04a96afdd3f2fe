import type { INodeExecutionData, INodeParameters } from 'n8n-workflow';

const PIPELINE = { pipeline: { __rl: true, mode: 'key', value: 'machine-state-classification' } };

/**
 * The parameters for an operation's sample, besides its defaults and the scene's job, by
 * `resource.operation`: only where the defaults show little or cannot run.
 */
export const shownWith: Record<string, INodeParameters> = {
	'file.delete': { file: 'pump-7.csv' },
	'file.download': { file: 'pump-7.csv' },
	'file.get': { file: 'pump-7.csv' },
	'input.getMany': { filters: { status: ['failed'] } },
	'job.create': {
		...PIPELINE,
		name: 'pumps-hall-2',
		specifyInputs: 'json',
		inputsJson: JSON.stringify([
			{ port: 'worker.inference', file: 'pump-7.csv' },
			{ port: 'worker.n_shots', file: 'pump-running.csv', label: 'running' },
			{ port: 'worker.n_shots', file: 'pump-worn.csv', label: 'worn' },
		]),
		settings: {
			mappingMode: 'defineBelow',
			value: { 'reader_config.data_columns': '["vibration", "temperature"]' },
		},
	},
	// The scene's job has completed, so there is nothing to retry.
	'job.retry': { options: { succeedIfDone: true } },
	'pipeline.get': PIPELINE,
	'pipeline.getSchema': PIPELINE,
};

/** The incoming item, for operations that take files. */
export const shownItem: INodeExecutionData = {
	json: {},
	binary: {
		data: {
			data: Buffer.from('time,vibration\n0,0.31\n1,0.29\n').toString('base64'),
			...{ fileName: 'pump-9.csv', mimeType: 'text/csv' },
		},
	},
};

/** Operations shown while the scene's job is running, because they need that. */
export const shownWhileRunning: ReadonlySet<string> = new Set(['job.cancel']);
