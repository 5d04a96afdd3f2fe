import type { INode } from 'n8n-workflow';

import { usageError } from '../api/errors';
import type { Job } from '../api/jobs';
import type { TriggerConfig } from './config';
import type { Detected } from './decide/decide';
import { EVENT_STATUS, provenEvents } from './decide/events';
import type { EventName } from './decide/events';
import { hasKey, unknownKey } from './pipelineKey';
import type { JobSource } from './source';

const SAMPLE_ROWS = 50;
const BY_ITSELF = 'Once published, the workflow starts by itself when a job matches.';

/**
 * A recent matching event to build a workflow on: from the chosen job, or the latest chosen event on
 * the first page of the list, or else of the first chosen status. At most two requests.
 *
 * @throws NodeOperationError that says why there is none, and the client's error when a request fails.
 */
export async function findSample(
	node: INode,
	source: JobSource,
	config: TriggerConfig,
): Promise<Detected> {
	const { jobId, pipelineKey } = config;
	const chosen: ReadonlySet<EventName> = new Set(config.events);
	if (jobId !== '') return await sampleOf(node, source, config, chosen);

	const seen = new Map<string, Job>();
	const [first = 'completed'] = chosen;
	for (const status of [undefined, EVENT_STATUS[first]]) {
		const { rows } = await source.page(status, 0, SAMPLE_ROWS);
		const latest = latestEvent(
			rows.filter((job) => hasKey(job, pipelineKey)),
			chosen,
		);
		if (latest !== undefined) return latest;
		for (const job of rows) seen.set(job.id, job);
	}
	const why = unknownKey([...seen.values()], pipelineKey);
	throw usageError(
		node,
		'No job matches yet',
		`${why === undefined ? '' : `${why} Check the filter. `}To build on sample data, run a job that ends in one of the chosen events, or choose other events or filters. ${BY_ITSELF}`,
	);
}

async function sampleOf(
	node: INode,
	source: JobSource,
	{ jobId, pipelineKey }: TriggerConfig,
	chosen: ReadonlySet<EventName>,
): Promise<Detected> {
	const job = await source.get(jobId);
	if (job === null) throw jobIsGone(node, jobId);
	const why = unknownKey([job], pipelineKey);
	if (why !== undefined) {
		throw usageError(
			node,
			`Job ${jobId} does not pass the filter Pipeline Key`,
			`Its key is "${job.pipeline_key ?? ''}"; the filter requires "${pipelineKey}". Correct the filter, or choose another job.`,
		);
	}
	const latest = latestEvent([job], chosen);
	if (latest !== undefined) return latest;
	throw usageError(
		node,
		`Job ${jobId} has not reached any of the chosen events yet`,
		`Its status is ${job.status}. To build on sample data, choose an event that it has reached, or another job. ${BY_ITSELF}`,
	);
}

/** The error for a chosen job that the service does not have. */
export function jobIsGone(node: INode, jobId: string): Error {
	return usageError(
		node,
		`Job ${jobId} was not found`,
		'It may have been deleted, or belong to another organization than the API key. Choose another job, or "Any Job".',
	);
}

/** The latest chosen event that these jobs prove. */
function latestEvent(jobs: Job[], chosen: ReadonlySet<EventName>): Detected | undefined {
	const [latest] = jobs
		.flatMap(provenEvents)
		.filter(({ name }) => chosen.has(name))
		.sort((a, b) => b.at - a.at);
	return latest && { event: latest, previousStatus: null };
}
