import type { IDataObject } from 'n8n-workflow';
import { z } from 'zod';

import { withoutRefQuery } from './dataRef';
import { inputSchema } from './inputs';
import { listOfJob } from './lists';
import { withoutSignatures } from './redact';
import { pick, rowSchema } from './row';

/** Rows of `GET /batch/jobs/{id}/inputs/progress`. */
export const inputProgressSchema = rowSchema({
	input: inputSchema,
	latest_progress: z.object({}).passthrough().nullish(),
	step: z.number().nullish(),
});

export type InputProgress = z.infer<typeof inputProgressSchema>;

/** `GET /batch/jobs/{id}/inputs/progress`, with `port_name`, `status` (several) and `order`. */
export const inputsProgress = listOfJob(
	'/inputs/progress',
	'items',
	inputProgressSchema,
	({ input }) => input.id,
);

export function inputProgressItem(row: InputProgress, simplify: boolean): IDataObject {
	if (!simplify) {
		return withoutSignatures({ ...(row as IDataObject), input: withoutRefQuery(row.input) });
	}
	const progress = (row.latest_progress ?? {}) as IDataObject;
	const item = pick([row.input, ['id', 'job_id', 'port_name', 'file_id', 'status']]);
	return withoutSignatures(
		Object.assign(item, {
			error_message: (row.input as IDataObject).error_message ?? null,
			step: row.step ?? null,
			metrics: progress.metrics ?? null,
			message: progress.message ?? null,
			progress_at: progress.created_at ?? null,
		}),
	);
}
