import { createInterface } from 'node:readline';
import { z } from 'zod';
import { stemOf, type ReadFile, type Worker } from './work';

const NO_MODEL = 'No model ran: this is the sandbox.';

/** One line of an activity-detection file. */
const inferenceRecord = z.object({
	system: z.string().optional(),
	instruction: z.string().optional(),
	prompt: z.string().optional(),
	inputs: z
		.array(
			z.object({
				type: z.enum(['text', 'image', 'video']),
				format: z.enum(['plain', 'base64']),
				data: z.string(),
			}),
		)
		.optional(),
});

/**
 * Returns the worker of activity-detection. There is no language model here: it answers every
 * good record with a line that says so, and every bad one with its error, as the service does.
 */
export function activityWorker(read: ReadFile): Worker {
	return {
		async open(input) {
			const lines: string[] = [];
			for await (const line of createInterface({ input: read(input) })) {
				if (line.trim() !== '') lines.push(line);
			}
			if (lines.length === 0) throw new Error('file has no records');
			return {
				items: lines.length,
				itemsPerPart: lines.length,
				header: '',
				fileType: 'application/x-ndjson',
				partName: (part) => `pred_${stemOf(input.file_id)}_part_${part}.jsonl`,
				process: (from, to) =>
					lines
						.slice(from, to)
						.map((line, index) => `${JSON.stringify(answerTo(line, from + index))}\n`)
						.join(''),
			};
		},
	};
}

function answerTo(line: string, line_index: number) {
	const failed = (error: string) => ({ line_index, prediction: null, error });
	let record: unknown;
	try {
		record = JSON.parse(line);
	} catch {
		return failed('parse error');
	}
	const parsed = inferenceRecord.safeParse(record);
	if (parsed.success) return { line_index, prediction: NO_MODEL };
	const [issue] = parsed.error.issues;
	return failed(
		`validation errors for InferenceRecord: ${issue!.path.join('.')} ${issue!.message}`,
	);
}
