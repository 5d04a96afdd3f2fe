import { stringify } from 'csv-stringify/sync';
import { z } from 'zod';
import type { Input } from '../store/types';
import { classify, type Head } from './head';
import { KnnClassifier, type Sample } from './knn';
import { readNamed, readReadings, type Readings } from './readings';
import type { Embedding } from './metrics';
import { countWindows, embed, scaleOf, type Scale } from './windows';
import { stemOf, type ReadFile, type Work, type Worker } from './work';

/** Encoders of the 1.3 family take exactly this many columns. */
const COLUMNS_OF_1_3 = 9;

/** The part of the worker's `config` that matters here; keys for the real encoder are ignored. */
export const machineStateConfig = z
	.object({
		model_type: z.string().default('omega_1_4_base'),
		batch_size: z.number().int().min(1).default(32),
		reader_config: z
			.object({
				data_columns: z.array(z.string().min(1)).min(1),
				timestamp_column: z.string().min(1).default('timestamp'),
				window_size: z.number().int().min(2).default(64),
				step_size: z.number().int().min(1).default(16),
			})
			.passthrough(),
		classifier_config: z
			.object({
				n_neighbors: z.number().int().min(3).default(5),
				metric: z.enum(['euclidean', 'cosine', 'manhattan']).default('euclidean'),
				weights: z.enum(['uniform', 'distance']).default('uniform'),
				normalize_embeddings: z.boolean().default(false),
			})
			.passthrough()
			.default({}),
		/** Batches of `batch_size` windows per output file. */
		flush_every_n_iteration: z
			.number()
			.int()
			.min(1)
			.nullable()
			.default(null)
			.transform((given) => given ?? 100),
	})
	.passthrough();

export type MachineStateConfig = z.infer<typeof machineStateConfig>;

interface Classifier {
	scale: Scale[];
	classify: (embedding: Embedding) => Promise<string> | string;
}

/**
 * Returns the worker of machine-state-classification: it has learnt the labelled files, and
 * classifies windows of others by their nearest neighbours. Given the head of a training, it uses
 * that and ignores the labelled files. Rejects with the worker's message when what it learns from
 * cannot be used: the job then fails.
 */
export async function machineStateWorker(
	config: MachineStateConfig,
	shots: Input[],
	read: ReadFile,
	head: Head | undefined,
): Promise<Worker> {
	const { data_columns, timestamp_column, window_size, step_size } = config.reader_config;
	const columns = data_columns.length;
	if (config.model_type.startsWith('omega_1_3') && columns !== COLUMNS_OF_1_3) {
		const size = COLUMNS_OF_1_3 * 768;
		throw new Error(`shape '[-1, ${size}]' is invalid for input of ${columns} data columns`);
	}
	const { scale, classify } = head ? byHead(head, columns) : await byShots(config, shots, read);

	return {
		opening: 'vectorizing_file',
		async open(input): Promise<Work> {
			const readings = await readReadings(read(input), config.reader_config);
			const items = countWindows(readings.rows, config.reader_config);
			if (items === 0) {
				throw new Error(
					`file has ${readings.rows} rows, fewer than the window_size of ${window_size}`,
				);
			}
			return {
				items,
				itemsPerPart: config.flush_every_n_iteration * config.batch_size,
				header: stringify([[timestamp_column, 'Prediction']]),
				fileType: 'text/csv',
				partName: (part) => `pred_${stemOf(input.file_id)}_part_${part}.csv`,
				async process(from, to) {
					const rows: string[][] = [];
					for (let item = from; item < to; item++) {
						const row = item * step_size;
						const window = await embed(readings, row, window_size, scale);
						rows.push([readings.timestamps[row]!, await classify(window)]);
					}
					return { lines: stringify(rows), failed: 0 };
				},
			};
		},
	};
}

async function byShots(
	config: MachineStateConfig,
	shots: Input[],
	read: ReadFile,
): Promise<Classifier> {
	const { data_columns, window_size, step_size } = config.reader_config;
	const files: Readings[] = [];
	for (const shot of shots) files.push(await readNamed(shot, read, config.reader_config));
	const scale = await scaleOf(files, data_columns.length);
	const samples: Sample[] = [];
	for (const [index, file] of files.entries()) {
		const label = String(shots[index]!.metadata.class);
		for (let window = 0; window < countWindows(file.rows, config.reader_config); window++) {
			samples.push({ embedding: await embed(file, window * step_size, window_size, scale), label });
		}
	}
	const classifier = new KnnClassifier(samples, config.classifier_config);
	return { scale, classify: (embedding) => classifier.classify(embedding) };
}

function byHead(head: Head, columns: number): Classifier {
	const { scale } = head;
	if (scale.length !== columns) {
		throw new Error(`the checkpoint was trained on ${scale.length} data columns, not ${columns}`);
	}
	return { scale, classify: (embedding) => classify(head, embedding) };
}
