import type { IDataObject } from 'n8n-workflow';
import { z } from 'zod';

import { dataRefSchema, withoutRefQuery } from './dataRef';
import { listOfJob } from './lists';
import { withoutSignatures } from './redact';
import { idSchema, pick, rowSchema } from './row';

/** In the order in which an input passes through them; `reference` is for inputs that are not tracked. */
export const INPUT_STATUSES = [
	'pending',
	'processing',
	'completed',
	'failed',
	'reference',
] as const;

/** Rows of `GET /batch/jobs/{id}/inputs`. */
export const inputSchema = rowSchema({
	id: idSchema,
	port_name: z.string(),
	status: z.string(),
	// A checkpoint input has no file behind it.
	data: dataRefSchema.extend({ ref: z.string().nullish() }).nullish(),
});

export type Input = z.infer<typeof inputSchema>;

/** `GET /batch/jobs/{id}/inputs`, with its filters `port_name` and `status` (one). */
export const inputs = listOfJob('/inputs', 'inputs', inputSchema, ({ id }) => id);

export const inputItem = (input: Input, simplify: boolean): IDataObject =>
	withoutSignatures(
		simplify
			? pick(
					[input, ['id', 'job_id', 'port_name', 'file_id']],
					[input.data ?? {}, ['filename', 'num_bytes']],
					[input, ['status', 'error_message', 'created_at', 'completed_at']],
				)
			: withoutRefQuery(input),
	);
