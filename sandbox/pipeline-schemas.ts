/** A version of a pipeline as the registry lists it. */
export interface RegistryVersion {
	id: string;
	version: string;
	status: 'draft' | 'published' | 'deactivated';
	createdAt: string;
}

/** What the registry says about a pipeline besides its ports. */
export interface RegistryEntry {
	component: string;
	name: string;
	description: string;
	/** Of its output port, if it has one. */
	outputDescription?: string;
	/** Oldest first; the newest published one runs when none is requested. */
	versions: RegistryVersion[];
	/** The default `config` of a worker. */
	defaults: Record<string, unknown>;
	/** JSON Schema of the full config. */
	configSchema: Record<string, unknown>;
	/** JSON Schema of what users enter. */
	userSchema: Record<string, unknown>;
}

type Schema = Record<string, unknown>;

/**
 * These schemas were made for the sandbox, in pydantic's format, from the settings that clients
 * were seen to send. They say so, as the service's own may differ.
 */
const MADE = 'Made for the sandbox from what clients send; the schema of the service may differ.';

/** A model in pydantic's format: titles, and nothing about additional properties. */
const model = (title: string, properties: Schema, required: string[] = []): Schema => ({
	...{ title, type: 'object', properties },
	...(required.length > 0 && { required }),
});

const titled = (title: string, schema: Schema): Schema => ({ title, ...schema });
const orNull = (title: string, schema: Schema): Schema => ({
	...{ title, anyOf: [schema, { type: 'null' }], default: null },
});
const choice = (title: string, choices: string[]): Schema => ({
	...{ title, type: 'string', enum: choices },
});
const definition = (name: string): Schema => ({ $ref: `#/$defs/${name}` });

const readerConfig = model(
	'ReaderConfig',
	{
		data_columns: titled('Data Columns', {
			description: 'Columns with the readings',
			...{ type: 'array', items: { type: 'string' }, minItems: 1 },
		}),
		timestamp_column: titled('Timestamp Column', { type: 'string', default: 'timestamp' }),
		window_size: titled('Window Size', {
			description: 'Rows that are classified together',
			...{ type: 'integer', minimum: 2, default: 64 },
		}),
		step_size: titled('Step Size', { type: 'integer', minimum: 1, default: 16 }),
	},
	['data_columns'],
);

const classifierConfig = model('ClassifierConfig', {
	n_neighbors: titled('N Neighbors', { type: 'integer', minimum: 3, default: 5 }),
	// The old form of a reference with a sibling default.
	metric: { allOf: [definition('Metric')], default: 'euclidean' },
	weights: { ...definition('Weights'), default: 'uniform' },
	normalize_embeddings: titled('Normalize Embeddings', { type: 'boolean', default: false }),
});

const classifying = {
	model_type: titled('Model Type', {
		description: 'The encoder; those of 1.3 take exactly 9 columns',
		type: 'string',
		enum: ['omega_1_4_base', 'omega_1_3_surface', 'omega_1_3_power_drive'],
		default: 'omega_1_4_base',
	}),
	batch_size: titled('Batch Size', { type: 'integer', minimum: 1, default: 32 }),
	reader_config: definition('ReaderConfig'),
	classifier_config: definition('ClassifierConfig'),
	flush_every_n_iteration: orNull('Flush Every N Iteration', { type: 'integer', minimum: 1 }),
};

const machineStateSchema: Schema = {
	$comment: MADE,
	$defs: {
		ClassifierConfig: classifierConfig,
		Metric: choice('Metric', ['euclidean', 'cosine', 'manhattan']),
		ReaderConfig: readerConfig,
		Weights: choice('Weights', ['uniform', 'distance']),
	},
	...model('MachineStateUserConfig', classifying, ['reader_config']),
};

export const machineStateEntry: RegistryEntry = {
	component: 'cmp_4t2m8k6x0e9v7b5n3c1d4f6h8j',
	name: 'Machine State Classification',
	description: 'Classifies windows of sensor data by their nearest labelled examples',
	outputDescription: 'CSVs with a class for each window',
	versions: [
		{
			...{ id: 'ppl_2c6t0w4b8y5v9m3k7r1x2d4q6z', version: '1.1.0', status: 'published' },
			createdAt: '2026-04-22T00:00:00.000000Z',
		},
		{
			// The id observed for this pipeline.
			...{ id: 'ppl_18zrcb6m1c96ds77sgqbs7cf84', version: '1.1.1', status: 'published' },
			createdAt: '2026-05-18T00:00:00.000000Z',
		},
		{
			...{ id: 'ppl_3h7m2k9xq4e8vt1c5b0n6dzr8w', version: '1.1.2-draft', status: 'draft' },
			createdAt: '2026-06-01T00:00:00.000000Z',
		},
	],
	defaults: {
		model_type: 'omega_1_4_base',
		batch_size: 32,
		classifier_config: { n_neighbors: 5, metric: 'euclidean', weights: 'uniform' },
		flush_every_n_iteration: 100,
	},
	configSchema: {
		...machineStateSchema,
		title: 'MachineStateConfig',
		properties: {
			...classifying,
			data_source: titled('Data Source', {
				...{ type: 'object', properties: { source_type: { const: 's3', type: 'string' } } },
			}),
		},
	},
	userSchema: machineStateSchema,
};

const { data_columns, window_size, step_size } = readerConfig.properties as Schema;

const trainingSchema: Schema = {
	$comment: MADE,
	$defs: {
		ReaderConfig: model('ReaderConfig', { data_columns, window_size, step_size }, ['data_columns']),
		TrainConfig: model('TrainConfig', {
			epochs: titled('Epochs', { type: 'integer', minimum: 1, maximum: 1000, default: 10 }),
		}),
	},
	...model(
		'FineTuningUserConfig',
		{
			model_type: titled('Model Type', { type: 'string', default: 'omega_1_5_base' }),
			batch_size: classifying.batch_size,
			reader_config: definition('ReaderConfig'),
			train_config: definition('TrainConfig'),
		},
		['reader_config'],
	),
};

export const fineTuningEntry: RegistryEntry = {
	component: 'cmp_5r8w2n6j0b4v9m3k7t1x5d8q2z',
	name: 'Omega Fine-Tuning',
	description: 'Trains a classification head on labelled sensor data',
	versions: [
		{
			...{ id: 'ppl_7n3k8m1w5q9x2v6b0t4c7d1f5h', version: '1.0.0', status: 'published' },
			createdAt: '2026-05-20T00:00:00.000000Z',
		},
	],
	defaults: { model_type: 'omega_1_5_base', batch_size: 32, train_config: { epochs: 10 } },
	configSchema: trainingSchema,
	userSchema: trainingSchema,
};

const generation = model('Generation', {
	do_sample: titled('Do Sample', { type: 'boolean', default: true }),
	max_new_tokens: titled('Max New Tokens', { type: 'integer', minimum: 1, default: 256 }),
	temperature: titled('Temperature', { type: 'number', minimum: 0, default: 0.7 }),
	top_k: titled('Top K', { type: 'integer', minimum: 1, default: 20 }),
	top_p: titled('Top P', { type: 'number', minimum: 0, maximum: 1, default: 0.8 }),
	repetition_penalty: titled('Repetition Penalty', { type: 'number', minimum: 0, default: 1 }),
});

const answeringSchema: Schema = {
	$comment: MADE,
	$defs: { Generation: generation },
	...model('ActivityDetectionUserConfig', {
		generation: { anyOf: [definition('Generation'), { type: 'null' }], default: null },
		model_variant: titled('Model Variant', {
			type: 'string',
			enum: [
				'newton/c:2.5.1-8b-base',
				'newton/c:2.5.0-8b',
				'newton/c:2.4.0-7b-base',
				'newton/c:2.3.0-7b',
			],
			default: 'newton/c:2.5.1-8b-base',
		}),
		batch_size: orNull('Batch Size', { type: 'integer', minimum: 1 }),
		max_video_frames: titled('Max Video Frames', { type: 'integer', minimum: 1, default: 32 }),
	}),
};

export const activityDetectionEntry: RegistryEntry = {
	component: 'cmp_6y4r2p0w8s6q4m2k0h8f6d4b2z',
	name: 'Activity Detection',
	description: 'Answers prompts about text, images and videos',
	outputDescription: 'JSONL with an answer for each record',
	versions: [
		{
			// The id observed for this pipeline.
			...{ id: 'ppl_5w8x15v9n69tprdt8h9mg5cffs', version: '0.0.20', status: 'published' },
			createdAt: '2026-04-22T00:00:00.000000Z',
		},
	],
	defaults: { model_variant: 'newton/c:2.5.1-8b-base', max_video_frames: 32 },
	configSchema: answeringSchema,
	userSchema: answeringSchema,
};
