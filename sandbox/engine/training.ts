import { z } from 'zod';
import type { Input } from '../store/types';
import { learn, newHead, scoreOf, type Example, type Head } from './head';
import { readNamed, type Readings } from './readings';
import { countWindows, embed, scaleOf } from './windows';
import type { ReadFile, Worker } from './work';

/** The ports of labelled files: for training and for evaluation. */
export const TRAIN_PORT = 'worker.train_data';
export const EVAL_PORT = 'worker.eval_data';

/** The part of the worker's `config` that matters here; keys for the real encoder are ignored. */
export const trainingConfig = z
	.object({
		batch_size: z.number().int().min(1).default(32),
		reader_config: z
			.object({
				data_columns: z.array(z.string().min(1)).min(1),
				window_size: z.number().int().min(2).default(64),
				step_size: z.number().int().min(1).default(16),
			})
			.passthrough(),
		train_config: z
			.object({ epochs: z.number().int().min(1).max(1000).default(10) })
			.passthrough()
			.default({}),
	})
	.passthrough();

type TrainingConfig = z.infer<typeof trainingConfig>;

/** The result of an epoch. */
export interface Epoch {
	metrics: Record<string, number>;
	/** The current head, if it does better on the evaluation files than ever before. */
	improved: Head | undefined;
}

/**
 * Returns the worker of fine-tuning: it trains a linear head on the embeddings of labelled files,
 * and evaluates it on others after each epoch. Rejects with the worker's message when the files
 * cannot be used.
 */
export async function trainingWorker(
	config: TrainingConfig,
	inputs: Input[],
	read: ReadFile,
): Promise<Worker> {
	const { data_columns, window_size } = config.reader_config;
	const filesOf = async (port: string) => {
		const files: Array<{ readings: Readings; name: string }> = [];
		for (const input of inputs.filter(({ port_name }) => port_name === port)) {
			const readings = await readNamed(input, read, config.reader_config);
			files.push({ readings, name: String(input.metadata.class) });
		}
		return files;
	};
	const train = await filesOf(TRAIN_PORT);
	const evaluate = await filesOf(EVAL_PORT);
	const labels = [...new Set([...train, ...evaluate].map(({ name }) => name))].sort();
	const scale = await scaleOf(
		train.map(({ readings }) => readings),
		data_columns.length,
	);
	const examplesOf = async (files: typeof train, port: string) => {
		const examples: Example[] = [];
		for (const { readings, name } of files) {
			for (let at = 0; at < countWindows(readings.rows, config.reader_config); at++) {
				const row = at * config.reader_config.step_size;
				const embedding = await embed(readings, row, window_size, scale);
				examples.push({ embedding, label: labels.indexOf(name) });
			}
		}
		if (examples.length === 0) {
			throw new Error(`no file of ${port} has as many rows as the window_size of ${window_size}`);
		}
		return examples;
	};
	const learnt = await examplesOf(train, TRAIN_PORT);
	const tried = await examplesOf(evaluate, EVAL_PORT);
	const head = newHead(labels, learnt[0]!.embedding.length, scale);
	let best = -1;

	return {
		opening: 'info',
		open: () => Promise.reject(new Error('a training has no inputs to work on one by one')),
		epochs: config.train_config.epochs,
		async epoch(): Promise<Epoch> {
			await learn(head, learnt, config.batch_size);
			const [train, evaluation] = [await scoreOf(head, learnt), await scoreOf(head, tried)];
			const isBetter = evaluation.accuracy > best;
			if (isBetter) best = evaluation.accuracy;
			return {
				metrics: {
					...{ train_loss: train.loss, train_accuracy: train.accuracy },
					...{ eval_loss: evaluation.loss, eval_accuracy: evaluation.accuracy },
				},
				improved: isBetter ? structuredClone(head) : undefined,
			};
		},
	};
}
