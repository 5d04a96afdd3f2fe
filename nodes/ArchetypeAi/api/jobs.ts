import type { IDataObject } from 'n8n-workflow';
import { z } from 'zod';

import type { ArchetypeAiClient } from './client';
import { list } from './lists';
import { endedAt, outcomeOf } from './outcome';
import type { List } from './pages';
import { jobPath } from './paths';
import { withoutSignatures } from './redact';
import { countSchema, idSchema, pick, rowSchema, timestampSchema } from './row';

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

/** `GET /batch/jobs/{id}` and the rows of `GET /batch/jobs`. */
export const jobSchema = rowSchema({
	id: idSchema,
	name: z.string().nullish(),
	status: z.string().min(1),
	pipeline_type: z.string().nullish(),
	pipeline_key: z.string().nullish(),
	retry_count: countSchema.nullish(),
	preemption_count: countSchema.nullish(),
	input_progress: z.unknown(),
	created_at: z.string(),
	updated_at: timestampSchema,
	started_at: timestampSchema,
	completed_at: timestampSchema,
	failed_at: timestampSchema,
	cancelled_at: timestampSchema,
});

export type Job = z.infer<typeof jobSchema>;

/** `GET /batch/jobs`, with its filters `pipeline_type`, `status` (one) and `q`. */
export const jobs = (client: ArchetypeAiClient, query: IDataObject = {}): List<Job> =>
	list(client, {
		path: '/batch/jobs',
		key: 'jobs',
		row: jobSchema,
		idOf: ({ id }) => id,
		subject: 'The list of jobs',
		query,
	});

/**
 * `GET /batch/jobs/{id}`
 *
 * @throws NodeOperationError when the ID is not valid; NodeApiError when the job cannot be read.
 */
export const readJob = async (client: ArchetypeAiClient, jobId: string): Promise<Job> =>
	await client.request({ path: jobPath(client, jobId), subject: `Job ${jobId}` }, jobSchema);

/** An action on a job. */
export interface JobChange {
	jobId: string;
	/** The last segment of its path: `cancel`. */
	name: string;
	/** The same as a participle, for errors: `cancelled`. */
	verb: string;
}

/**
 * `POST /batch/jobs/{id}/<name>`. Some services answer with the whole job, others with only the changed
 * fields; missing fields are left out.
 *
 * @throws NodeApiError; it says so when the request may have had an effect.
 */
export async function changeJob(
	client: ArchetypeAiClient,
	{ jobId, name, verb }: JobChange,
): Promise<Job> {
	const path = jobPath(client, jobId, `/${name}`);
	const request = { method: 'POST', path, subject: `Job ${jobId}`, verb } as const;
	const reply = await client.request(request, rowSchema({}));
	return { id: jobId, ...reply } as Job;
}

/**
 * `DELETE /batch/jobs/{id}`; returns the reply, which has the ID and says that it is deleted.
 *
 * @throws NodeApiError; it says so when the request may have had an effect.
 */
export async function deleteJob(client: ArchetypeAiClient, jobId: string): Promise<IDataObject> {
	const path = jobPath(client, jobId);
	const request = { method: 'DELETE', path, subject: `Job ${jobId}`, verb: 'deleted' } as const;
	return (await client.request(request, z.object({}).passthrough())) as IDataObject;
}

/** Whether a job has ended; only a retry leaves such a status. */
export const isEnded = ({ status }: Job): boolean =>
	status === 'COMPLETED' || status === 'FAILED' || status === 'CANCELLED';

/** A job with how and when it ended, which the service spreads over several fields. */
export function jobItem(job: Job, simplify: boolean): IDataObject {
	const ending = { outcome: outcomeOf(job), ended_at: endedAt(job) };
	const item = simplify
		? pick(
				[job, ['id', 'name', 'status']],
				[ending, ['outcome']],
				[job, ['pipeline_key', 'retry_count', 'input_progress', 'created_at', 'started_at']],
				[ending, ['ended_at']],
				[job, ['updated_at', 'error']],
			)
		: { ...(job as IDataObject), ...ending };
	return withoutSignatures(item);
}
