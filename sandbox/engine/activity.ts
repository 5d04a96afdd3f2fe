import { z } from 'zod';
import type { Behaviour } from '../options';
import { linesOf } from './lines';
import { breathe } from './slices';
import { stemOf, type ReadFile, type Worker } from './work';

const NO_MODEL = 'No model ran: this is the sandbox.';
/** File types under which clients' JSONL was seen to be read. */
const JSON_TYPES = ['application/x-ndjson', 'application/json'];

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
 * Returns the worker of activity-detection. There is no language model here: it answers every valid
 * record with a line that says so, and every invalid one with its error, as the service does.
 */
export function activityWorker(
	read: ReadFile,
	behaviour: Pick<Behaviour, 'blankLines' | 'jsonlTypes'>,
): Worker {
	return {
		opening: 'info',
		async open(input) {
			if (behaviour.jsonlTypes === 'json' && !JSON_TYPES.includes(input.file_type)) {
				throw new Error(`Processing failed for ${input.file_id}`);
			}
			const lines: string[] = [];
			const skipsBlank = behaviour.blankLines === 'skipped';
			for await (const line of linesOf(read(input))) {
				if (line.trim() !== '' || !skipsBlank) lines.push(line);
			}
			if (lines.length === 0) throw new Error('file has no records');
			return {
				items: lines.length,
				itemsPerPart: lines.length,
				header: '',
				fileType: 'application/x-ndjson',
				partName: (part) => `pred_${stemOf(input.file_id)}_part_${part}.jsonl`,
				async process(from, to) {
					let text = '';
					let failed = 0;
					for (let item = from; item < to; item++) {
						const answer = answerTo(lines[item]!, item);
						text += `${JSON.stringify(answer)}\n`;
						if (answer.prediction === null) failed++;
						await breathe();
					}
					return { lines: text, failed };
				},
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
