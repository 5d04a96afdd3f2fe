import { z } from 'zod';
import { activityWorker } from './engine/activity';
import type { Head } from './engine/head';
import { machineStateConfig, machineStateWorker } from './engine/machine-state';
import { EVAL_PORT, TRAIN_PORT, trainingConfig, trainingWorker } from './engine/training';
import type { ReadFile, Worker } from './engine/work';
import type { Behaviour } from './options';
import {
	activityDetectionEntry,
	fineTuningEntry,
	machineStateEntry,
	type RegistryEntry,
} from './pipeline-schemas';
import type { Input, PipelineType } from './store/types';

/** An input port: tracked inputs have a status of their own, the others stay `reference`. */
export interface InputPort {
	required: boolean;
	tracked: boolean;
	/** Each input must carry `metadata.class`. */
	labelled: boolean;
	/** Takes a training checkpoint instead of a file. */
	takesCheckpoints?: boolean;
	description: string;
}

export interface Pipeline {
	key: string;
	type: PipelineType;
	inputs: Record<string, InputPort>;
	/** Name of its only output port; a training has none, only checkpoints. */
	output?: string;
	registry: RegistryEntry;
	/** Schema of `parameters.worker.config`. */
	config: z.ZodTypeAny;
	/** Returns the worker, ready for the first input. Rejects if the job cannot run. */
	worker(
		config: unknown,
		references: Input[],
		read: ReadFile,
		behaviour: Behaviour,
		head: Head | undefined,
	): Promise<Worker>;
}

const machineState: Pipeline = {
	key: 'machine-state-classification',
	type: 'batch',
	inputs: {
		'worker.inference': {
			...{ required: true, tracked: true, labelled: false },
			description: 'CSVs to classify',
		},
		'worker.n_shots': {
			...{ required: true, tracked: false, labelled: true },
			description: 'CSVs of one class each',
		},
		'worker.fine_tune_checkpoint': {
			...{ required: false, tracked: false, labelled: false, takesCheckpoints: true },
			description: 'A checkpoint of a training, in place of the labelled CSVs',
		},
	},
	output: 'worker.results',
	registry: machineStateEntry,
	config: machineStateConfig,
	worker: (config, shots, read, _behaviour, head) =>
		machineStateWorker(machineStateConfig.parse(config), shots, read, head),
};

const activityDetection: Pipeline = {
	key: 'activity-detection',
	type: 'batch',
	inputs: {
		'worker.data': {
			...{ required: true, tracked: true, labelled: false },
			description: 'JSONL, a record a line',
		},
	},
	// Singular, unlike machine-state-classification's.
	output: 'worker.result',
	registry: activityDetectionEntry,
	config: z.object({}).passthrough(),
	worker: async (_config, _references, read, behaviour) => activityWorker(read, behaviour),
};

const labelledFiles = { required: true, tracked: false, labelled: true };

const fineTuning: Pipeline = {
	key: 'fine-tuning-omega',
	type: 'training',
	inputs: {
		[TRAIN_PORT]: { ...labelledFiles, description: 'CSVs of one class each, to learn from' },
		[EVAL_PORT]: { ...labelledFiles, description: 'CSVs of one class each, to try it on' },
	},
	registry: fineTuningEntry,
	config: trainingConfig,
	worker: (config, inputs, read) => trainingWorker(trainingConfig.parse(config), inputs, read),
};

/** The pipelines that can run here. */
export const pipelines: readonly Pipeline[] = [machineState, activityDetection, fineTuning];

/** Returns the pipeline with this key and type, or undefined. */
export function findPipeline(type: PipelineType, key: string): Pipeline | undefined {
	return pipelines.find((pipeline) => pipeline.type === type && pipeline.key === key);
}

/** Returns the version that runs when none is requested: the newest published one. */
export function publishedVersion({ registry }: Pipeline): string {
	return registry.versions.filter(({ status }) => status === 'published').at(-1)!.version;
}

/** Returns a pipeline's port names; for an unknown one, those of machine-state classification. */
export function portsOf(key: string): { inputs: string; shots: string; outputs: string } {
	const pipeline = pipelines.find((each) => each.key === key) ?? machineState;
	const names = Object.keys(pipeline.inputs);
	const named = (tracked: boolean) =>
		names.find((name) => pipeline.inputs[name]!.tracked === tracked);
	const inputs = named(true) ?? names[0]!;
	const outputs = pipeline.output ?? machineState.output!;
	return { inputs, shots: named(false) ?? inputs, outputs };
}
