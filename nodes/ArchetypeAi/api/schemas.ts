import { z } from 'zod';

import { isTooDeep, TOO_DEEP } from './depth';

/**
 * What the service sends, checked at the door. Fields this package relies on are named and typed;
 * everything else passes through untouched, so a newer server adds fields without breaking anyone.
 */

/** In the order in which a job passes through them. */
export const JOB_STATUSES = [
	'PENDING',
	'ADMITTED',
	'RUNNING',
	'PREEMPTED',
	'COMPLETED',
	'FAILED',
	'CANCELLED',
] as const;

/** In the order in which an input passes through them; `reference` is for those never tracked. */
export const INPUT_STATUSES = [
	'pending',
	'processing',
	'completed',
	'failed',
	'reference',
] as const;

const timestamp = z.string().nullish();
const count = z.number().int().nonnegative();

/** An object of the service: what is named in it, and whatever else it has. */
const row = <Shape extends z.ZodRawShape>(shape: Shape) =>
	z
		.object(shape)
		.passthrough()
		.refine((value) => !isTooDeep(value), TOO_DEEP);

/** `GET /batch/jobs/{id}` and the rows of `GET /batch/jobs`. */
export const jobSchema = row({
	id: z.string().min(1),
	name: z.string().nullish(),
	status: z.string().min(1),
	pipeline_type: z.string().nullish(),
	pipeline_key: z.string().nullish(),
	retry_count: count.nullish(),
	preemption_count: count.nullish(),
	input_progress: z.unknown(),
	created_at: z.string(),
	updated_at: timestamp,
	started_at: timestamp,
	completed_at: timestamp,
	failed_at: timestamp,
	cancelled_at: timestamp,
});

/** The link to a file of an input or output; `ref` is presigned or a path of the API. */
const dataRefSchema = z
	.object({
		ref: z.string().min(1),
		filename: z.string().nullish(),
		file_type: z.string().nullish(),
		file_extension: z.string().nullish(),
		num_bytes: count.nullish(),
	})
	.passthrough();

/** Rows of `GET /batch/jobs/{id}/inputs`. */
export const inputSchema = row({
	id: z.string().min(1),
	port_name: z.string(),
	status: z.string(),
	// An input that is a checkpoint has no file behind it.
	data: dataRefSchema.extend({ ref: z.string().nullish() }).nullish(),
});

/** Rows of `GET /batch/jobs/{id}/inputs/progress`. */
export const inputProgressSchema = row({
	input: inputSchema,
	latest_progress: z.object({}).passthrough().nullish(),
	step: z.number().nullish(),
});

/** Rows of `GET /batch/jobs/{id}/outputs`. */
export const outputSchema = row({
	id: z.string().min(1),
	port_name: z.string(),
	input_id: z.string().nullish(),
	data: dataRefSchema,
	created_at: timestamp,
	expires_at: timestamp,
});

export type Job = z.infer<typeof jobSchema>;
export type Input = z.infer<typeof inputSchema>;
export type InputProgress = z.infer<typeof inputProgressSchema>;
export type Output = z.infer<typeof outputSchema>;

/**
 * The reply of a list endpoint: `{ total, offset, limit, <key>: [row, …] }`.
 * A reply without its array does not pass: an empty list must never be made up.
 */
export function listSchema<Row extends z.ZodTypeAny>(key: string, row: Row) {
	return z.object({ total: count, [key]: z.array(row) }).transform((reply) => ({
		total: reply.total as number,
		rows: reply[key] as Array<z.infer<Row>>,
	}));
}

/**
 * The same with its rows as they came, to be checked one by one: a bad one costs itself at most.
 * `total` may be missing.
 */
export function rawListSchema(key: string) {
	return z.object({ total: count.nullish(), [key]: z.array(z.unknown()) }).transform((reply) => ({
		total: reply.total as number | null | undefined,
		rows: reply[key] as unknown[],
	}));
}
