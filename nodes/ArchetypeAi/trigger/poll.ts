import type { INodeExecutionData, IPollFunctions, NodeOperationError } from 'n8n-workflow';

import { ArchetypeAiClient } from '../api/client';
import { usageError } from '../api/errors';
import type { Job } from '../api/schemas';
import { advance } from './advance';
import { fingerprint, readConfig } from './config';
import type { TriggerConfig } from './config';
import { hostOf, memoryOf } from './host';
import type { Host } from './host';
import { toItems } from './items';
import { keep, resume } from './resume';
import { findSample, latestEvent } from './sample';
import { jobSource } from './source';
import type { JobSource } from './source';
import type { Detected, Observation } from './watch';

/** The most time a poll takes, ms: polls come every minute at most, and a busy one is in the way. */
const MOST_TIME_MS = 60_000;
/** What hosts say that poll on the classic path; the durable scheduler gives less than a minute. */
const CLASSIC_BUDGET_MS = 5 * 60_000;
/** Part of the time in which requests begin; in the rest those end without which a poll brings nothing. */
const ASKING_SHARE = 0.7;
/** Part of the time for requests; the rest is for the host. */
const REQUESTS_SHARE = 0.95;

/** One poll: read state -> observe -> decide -> keep state -> items; null when nothing changed. */
export async function poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
	const config = readConfig(this);
	const { askUntil, deadline } = timesOf(this);
	const client = await ArchetypeAiClient.connect(this, { deadline });
	const source = jobSource(client, config.filters);
	if (this.getMode() === 'manual') return await sample(this, config, source);

	const memory = memoryOf(this);
	// Hosts start a poll at its time, also when the one before is not done. Both would tell the same;
	// what this one would find, the next one does.
	if (memory.isPolling) return null;
	memory.isPolling = true;
	try {
		const id = fingerprint(config, client.account);
		return await pollJobs(this, config, source, id, () => Date.now() < askUntil);
	} finally {
		memory.isPolling = false;
	}
}

async function pollJobs(
	context: IPollFunctions,
	config: TriggerConfig,
	source: JobSource,
	id: string,
	hasTime: () => boolean,
): Promise<INodeExecutionData[][] | null> {
	const host = hostOf(context);
	const resumed = resume(host, id);
	const watched = { ...config, config: id, events: new Set(config.events) };
	const { events, state, observation } = await advance(source, resumed.state, watched, hasTime);
	if (observation.gone.has(config.jobId)) throw jobIsGone(context, config.jobId);

	const news = events.filter(({ event }) => matches(event.job, config));
	const told = news.map(({ event }) => event);
	keep(host, resumed, state, told);
	logRest(host, observation);
	return news.length === 0 ? null : [toItems(news, config)];
}

const matches = (job: Job, { pipelineKey }: TriggerConfig): boolean =>
	pipelineKey === '' || job.pipeline_key === pipelineKey;

function jobIsGone(context: IPollFunctions, jobId: string): NodeOperationError {
	return usageError(
		context.getNode(),
		`Job ${jobId} was not found`,
		'It may have been deleted, or belong to another organization than the API key. Choose another job, or "Any Job".',
	);
}

async function sample(
	context: IPollFunctions,
	config: TriggerConfig,
	source: JobSource,
): Promise<INodeExecutionData[][]> {
	const chosen = new Set(config.events);
	const isWanted = (job: Job) => matches(job, config);
	let found: Detected | undefined;
	if (config.jobId) {
		const job = await source.get(config.jobId);
		if (job === undefined) throw jobIsGone(context, config.jobId);
		found = latestEvent([job].filter(isWanted), chosen);
	} else {
		found = await findSample(source, chosen, isWanted);
	}
	if (found !== undefined) return [toItems([found], config)];
	throw usageError(
		context.getNode(),
		'No job matches yet',
		'To build on sample data, run a job that ends in one of the chosen events, or choose other events or filters. Once published, the workflow starts by itself when a job matches.',
	);
}

/** Until when a poll looks for more, and until when it waits for replies, epoch ms. */
function timesOf(context: IPollFunctions): { askUntil: number; deadline: number } {
	const time = Math.min(MOST_TIME_MS, budgetOf(context));
	const now = Date.now();
	return { askUntil: now + time * ASKING_SHARE, deadline: now + time * REQUESTS_SHARE };
}

/** The time that the host gives a poll, ms. */
function budgetOf(context: IPollFunctions): number {
	// Missing in hosts before 2.38.
	return (context as Partial<IPollFunctions>).getPollBudgetMs?.() ?? CLASSIC_BUDGET_MS;
}

function logRest(host: Host, { pending, left }: Observation): void {
	const waiting = pending.size + left;
	if (waiting > 0) host.log(`about ${waiting} jobs are left for the next poll`);
}
