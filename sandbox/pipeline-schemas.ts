/** What the registry says about a pipeline besides its ports. */
export interface RegistryEntry {
	id: string;
	component: string;
	name: string;
	description: string;
	outputDescription: string;
	createdAt: string;
	/** The `config` of a worker that is given none. */
	defaults: Record<string, unknown>;
	/** JSON Schema of all a config may hold. */
	configSchema: Record<string, unknown>;
	/** JSON Schema of what users are asked for; the documented one leaves out `reader_config`. */
	userSchema: Record<string, unknown>;
}

const object = (properties: Record<string, unknown>, required: string[] = []) => ({
	...{ type: 'object', properties, required, additionalProperties: true },
});

const integer = (minimum: number, otherwise?: number) => ({
	...{ type: 'integer', minimum, default: otherwise },
});

const choice = (choices: string[]) => ({ type: 'string', enum: choices, default: choices[0] });

const classifying = {
	model_type: {
		...choice(['omega_1_4_base', 'omega_1_3_surface', 'omega_1_3_power_drive']),
		description: 'The encoder; those of 1.3 take exactly 9 columns',
	},
	batch_size: integer(1, 32),
	classifier_config: object({
		n_neighbors: integer(3, 5),
		metric: choice(['euclidean', 'cosine', 'manhattan']),
		weights: choice(['uniform', 'distance']),
		normalize_embeddings: { type: 'boolean', default: false },
	}),
	flush_every_n_iteration: integer(1, 100),
};

const reading = object(
	{
		data_columns: { type: 'array', items: { type: 'string' }, minItems: 1 },
		timestamp_column: { type: 'string' },
		window_size: integer(2),
		step_size: integer(1),
	},
	['data_columns', 'timestamp_column', 'window_size', 'step_size'],
);

export const machineStateEntry: RegistryEntry = {
	// The ids that both pipelines were seen to have.
	id: 'ppl_18zrcb6m1c96ds77sgqbs7cf84',
	component: 'cmp_4t2m8k6x0e9v7b5n3c1d4f6h8j',
	name: 'Machine State Classification',
	description: 'Classifies windows of sensor data by their nearest labelled examples',
	outputDescription: 'CSVs with a class for each window',
	createdAt: '2026-04-22T00:00:00.000000Z',
	defaults: {
		model_type: 'omega_1_4_base',
		batch_size: 32,
		classifier_config: { n_neighbors: 5, metric: 'euclidean', weights: 'uniform' },
		flush_every_n_iteration: 100,
	},
	configSchema: object({ ...classifying, reader_config: reading }, ['reader_config']),
	userSchema: object(classifying),
};

const answering = {
	generation: object({
		do_sample: { type: 'boolean', default: true },
		max_new_tokens: integer(1, 256),
		temperature: { type: 'number', minimum: 0, default: 0.7 },
		top_k: integer(1, 20),
		top_p: { type: 'number', minimum: 0, maximum: 1, default: 0.8 },
		repetition_penalty: { type: 'number', minimum: 0, default: 1 },
	}),
	model_variant: choice([
		'newton/c:2.5.1-8b-base',
		'newton/c:2.5.0-8b',
		'newton/c:2.4.0-7b-base',
		'newton/c:2.3.0-7b',
	]),
	batch_size: integer(1),
	max_video_frames: integer(1, 32),
};

export const activityDetectionEntry: RegistryEntry = {
	id: 'ppl_5w8x15v9n69tprdt8h9mg5cffs',
	component: 'cmp_6y4r2p0w8s6q4m2k0h8f6d4b2z',
	name: 'Activity Detection',
	description: 'Answers prompts about text, images and videos',
	outputDescription: 'JSONL with an answer for each record',
	createdAt: '2026-04-22T00:00:00.000000Z',
	defaults: { model_variant: 'newton/c:2.5.1-8b-base', max_video_frames: 32 },
	configSchema: object(answering),
	userSchema: object(answering),
};
