import type { IDataObject } from 'n8n-workflow';
import { z } from 'zod';

import type { ArchetypeAiClient } from './client';
import { shapeError } from './errors';
import { jobPath } from './paths';
import { withRetry } from './retry';
import { countSchema } from './row';
import { text } from './text';

const pointSchema = z
	.object({
		t: z.string(),
		step: z.number().nullish(),
		files: z.object({ completed: countSchema, failed: countSchema }).partial().nullish(),
		items: z.record(z.unknown()).nullish(),
	})
	.passthrough();

const tracesSchema = z
	.object({
		job_id: z.string().nullish(),
		bucket_seconds: z.number().nullish(),
		latest_event_at: z.string().nullish(),
		points: z.array(pointSchema),
	})
	.passthrough();

export type InputTraces = z.infer<typeof tracesSchema>;

const NOT_MODIFIED = 304;

/** What the service sent for a path and a number of buckets, with its ETag. */
export type KnownTraces = Map<string, { etag: string; traces: InputTraces }>;

/**
 * `GET /batch/jobs/{id}/inputs/progress/traces`: how many inputs and items were done at the end of each
 * of `buckets` intervals of the job's time; the service accepts 10 to 1,000. `known` traces are requested
 * with their ETag, and not sent again while nothing has changed.
 *
 * @throws NodeOperationError when the ID is not valid; NodeApiError when they cannot be read.
 */
export async function readInputTraces(
	client: ArchetypeAiClient,
	jobId: string,
	buckets: number,
	known: KnownTraces = new Map(),
): Promise<InputTraces> {
	const path = jobPath(client, jobId, '/inputs/progress/traces');
	const request = { path, subject: `Job ${jobId}`, query: { buckets } };
	const key = `${path} ${buckets}`;
	const before = known.get(key);
	const headers = before && { 'If-None-Match': before.etag };
	const reply = await withRetry(
		() =>
			client.attempt(
				request,
				{ json: true, headers },
				(options) => client.sendWithKey(options),
				(status) => (status >= 200 && status < 300) || status === NOT_MODIFIED,
			),
		client.limits,
	);
	if (reply.statusCode === NOT_MODIFIED && before !== undefined) return before.traces;
	const parsed = tracesSchema.safeParse(reply.body);
	if (!parsed.success) throw shapeError(client.info(request), reply.body, parsed.error);
	const etag = text(reply.headers.etag);
	if (etag !== '') known.set(key, { etag, traces: parsed.data });
	return parsed.data;
}

/** One item for each point: its time, and the counters there. */
export const tracePoints = ({ job_id, points }: InputTraces): IDataObject[] =>
	points.map(({ t, step, files, items }) => ({
		...{ job_id: job_id ?? null, t, step: step ?? null },
		...{ completed: files?.completed ?? null, failed: files?.failed ?? null },
		items: (items ?? {}) as IDataObject,
	}));
