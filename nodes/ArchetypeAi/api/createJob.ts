import type { IDataObject, NodeApiError } from 'n8n-workflow';

import type { ArchetypeAiClient } from './client';
import { isUnclear, reworded } from './errors';
import { findSameJobs } from './findJobs';
import type { JobRequest } from './findJobs';
import { jobSchema } from './jobs';
import type { Job } from './jobs';
import { inputsBody } from './pipelines/inputs';
import { pause } from './retry';

/** The service's clock is known to the second, from the dates of its replies. */
const CLOCK_MS = 2_000;
/** Pauses between searches for a job whose creation was not answered, in ms. */
const PAUSES_MS = [1_000, 3_000];

/**
 * `POST /batch/jobs`: a new job. Without a clear answer, searches for the job that may have been created,
 * so that it is neither lost nor created twice; `isRecovered` is then true. `except`: IDs of jobs that
 * existed before.
 *
 * @throws NodeApiError when the service refuses it, or when it may have been created but is not found.
 */
export async function createJob(
	client: ArchetypeAiClient,
	request: JobRequest,
	except: ReadonlySet<string>,
): Promise<{ job: Job; isRecovered: boolean }> {
	const since = client.serviceTime() - CLOCK_MS;
	const body: IDataObject = {
		name: request.name,
		pipeline_type: request.type,
		pipeline_key: request.key,
		...(request.version !== undefined && { pipeline_version: request.version }),
		inputs: inputsBody(request.inputs),
		parameters: request.parameters,
	};
	const subject = `Job "${request.name}"`;
	const post = { method: 'POST', path: '/batch/jobs', subject, verb: 'created', body } as const;
	const answer = await client.request(post, jobSchema).then(
		(job) => ({ job, isRecovered: false }),
		(error: Error) => ({ error }),
	);
	if ('job' in answer) return answer;
	if (!isUnclear(answer.error)) throw answer.error;
	const job = await recover(client, request, { since, except }, answer.error);
	return { job, isRecovered: true };
}

async function recover(
	client: ArchetypeAiClient,
	request: JobRequest,
	search: { since: number; except: ReadonlySet<string> },
	error: NodeApiError,
): Promise<Job> {
	const name = `Job "${request.name}"`;
	for (const waitMs of [0, ...PAUSES_MS]) {
		await pause(waitMs, client.limits.signal);
		const looked = await findSameJobs(client, request, search).catch(() => undefined);
		if (looked === undefined) continue;
		const [job, ...others] = looked.found;
		if (job !== undefined && others.length === 0) return job;
		if (job !== undefined) {
			const ids = looked.found.map(({ id }) => id).join(', ');
			throw reworded(
				error,
				`${name} was probably created, but the answer of the service was lost and several jobs fit: ${ids}`,
				'Check which of them you need and cancel the others. Do not run the node again before that.',
			);
		}
	}
	throw reworded(
		error,
		`${name} may have been created, or not: the answer of the service was lost, and no such job is found yet`,
		'Check the list of jobs later, before you run the node again. With "Duplicate Guard" in the options it can be run again at once.',
	);
}
