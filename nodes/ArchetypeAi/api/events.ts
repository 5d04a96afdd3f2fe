import type { IDataObject } from 'n8n-workflow';
import { z } from 'zod';

import { listOfJob } from './lists';
import { withoutSignatures } from './redact';
import { idSchema, pick, rowSchema } from './row';
import { timeOf } from './time';

export const EVENT_LEVELS = ['INFO', 'WARN', 'ERROR', 'SUCCESS', 'FAILED'] as const;

/** Rows of `GET /batch/jobs/{id}/events`. */
export const eventSchema = rowSchema({
	id: z.union([z.number().int(), idSchema]),
	event_type: z.string(),
	created_at: z.string(),
});

export type JobEvent = z.infer<typeof eventSchema>;

/** `GET /batch/jobs/{id}/events`, with `event_type`, `input_id` and `level`; the order is not guaranteed. */
export const events = listOfJob('/events', 'events', eventSchema, ({ id }) => String(id));

/** By time, then by ID: the service numbers events in ascending order. */
export const eventsByTime = (a: JobEvent, b: JobEvent): number =>
	(timeOf(a.created_at) || 0) - (timeOf(b.created_at) || 0) || Number(a.id) - Number(b.id);

export const eventItem = (event: JobEvent, simplify: boolean): IDataObject =>
	withoutSignatures(
		simplify
			? pick([event, ['id', 'created_at', 'level', 'event_type', 'message', 'input_id', 'payload']])
			: (event as IDataObject),
	);
