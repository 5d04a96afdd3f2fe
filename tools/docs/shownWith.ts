import type { INodeExecutionData, INodeParameters } from 'n8n-workflow';

const PIPELINE = { pipeline: { __rl: true, mode: 'key', value: 'machine-state-classification' } };

/**
 * What an operation is run with for its sample, beside its defaults and the job of the scene, by
 * `resource.operation`: only where the defaults show little or cannot be run.
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
	// The job of the scene has completed, and there is nothing to retry.
	'job.retry': { options: { succeedIfDone: true } },
	'pipeline.get': PIPELINE,
	'pipeline.getSchema': PIPELINE,
};

/** What the incoming item holds, for operations that take files. */
export const shownItem: INodeExecutionData = {
	json: {},
	binary: {
		data: {
			data: Buffer.from('time,vibration\n0,0.31\n1,0.29\n').toString('base64'),
			...{ fileName: 'pump-9.csv', mimeType: 'text/csv' },
		},
	},
};

/** Operations that are shown while the job of the scene is running, since they need it to. */
export const shownWhileRunning: ReadonlySet<string> = new Set(['job.cancel']);
