import type { IDataObject } from 'n8n-workflow';
import { z } from 'zod';

import { listOfJob } from './lists';
import { withoutSignatures } from './redact';
import { idSchema, pick } from './row';
import { timeOf } from './time';

/** Rows of `GET /batch/jobs/{id}/progress`. */
export const progressEntrySchema = z
	.object({
		id: z.union([z.number().int(), idSchema]),
		created_at: z.string(),
	})
	.passthrough();

export type ProgressEntry = z.infer<typeof progressEntrySchema>;

/** `GET /batch/jobs/{id}/progress`, with `input_id` and `kind`; the order is not guaranteed. */
export const progressEntries = listOfJob('/progress', 'entries', progressEntrySchema, ({ id }) =>
	String(id),
);

/** By time, then by ID: the service numbers entries in ascending order. */
export const entriesByTime = (a: ProgressEntry, b: ProgressEntry): number =>
	(timeOf(a.created_at) || 0) - (timeOf(b.created_at) || 0) || Number(a.id) - Number(b.id);

export const progressEntryItem = (entry: ProgressEntry, simplify: boolean): IDataObject =>
	withoutSignatures(
		simplify
			? pick([entry, ['id', 'created_at', 'kind', 'step', 'message', 'metrics', 'input_id']])
			: (entry as IDataObject),
	);
