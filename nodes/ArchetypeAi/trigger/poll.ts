import { NodeOperationError } from 'n8n-workflow';
import type { INodeExecutionData, IPollFunctions } from 'n8n-workflow';

import { jobItem } from '../actions/items';
import { ArchetypeAiClient } from '../api/client';
import type { Job } from '../api/schemas';
import { advance } from './advance';
import { fingerprint, readConfig } from './config';
import type { TriggerConfig } from './config';
import { raiseDoubt, settle } from './doubt';
import { forgetFirst, recallFirst, rememberFirst } from './memory';
import { findSample, latestEvent } from './sample';
import { jobSource } from './source';
import type { JobSource } from './source';
import { readState } from './state';
import type { Detected, Observation } from './watch';

/** Longest poll, ms: polls come every minute at most, and two at once would repeat events. */
const LONGEST_POLL_MS = 40_000;
/** What hosts say that poll on the classic path; the durable scheduler gives less than a minute. */
const CLASSIC_BUDGET_MS = 5 * 60_000;
/** Part of the host's budget used for requests; the rest is for the last one to finish in. */
const BUDGET_SHARE = 0.7;

/** Why watching starts anew, for the log. */
const BASELINE_REASONS = {
	none: 'first poll',
	configuration: 'its configuration changed',
	unreadable: 'its stored state is of another version or damaged',
};

/** One poll: read state -> observe -> decide -> keep state -> items; null when nothing changed. */
export async function poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
	const config = readConfig(this);
	if (config.events.length === 0) {
		throw new NodeOperationError(this.getNode(), 'No event was chosen', {
			description: 'Choose at least one entry in "Events".',
		});
	}
	const deadline = Date.now() + timeFor(this);
	const client = await ArchetypeAiClient.connect(this, { deadline });
	const source = jobSource(client, config.filters);
	const matches = (job: Job) =>
		config.pipelineKey === '' || job.pipeline_key === config.pipelineKey;
	if (this.getMode() === 'manual') return await sample(this, config, source, matches);

	const stored = this.getWorkflowStaticData('node');
	const id = fingerprint(config, client.account);
	const known = readState(stored.watch, id);
	if (known.state !== undefined) forgetFirst(this);
	const { state: before, inDoubtSince } = known.state
		? settle(this, stored, known.state)
		: { state: recallFirst(this, id) };
	const watched = { ...config, config: id, events: new Set(config.events) };
	const { events, state, observation } = await advance(
		source,
		before,
		watched,
		() => Date.now() < deadline,
	);
	if (observation.gone.has(config.jobId)) throw jobIsGone(this, config.jobId);

	stored.watch = state;
	delete stored.doubt;
	if (before === undefined) rememberFirst(this, state);
	if (before === undefined && known.state === undefined) logBaseline(this, known.reason);
	logRest(this, observation);
	const news = events.filter(({ event }) => matches(event.job));
	if (news.length === 0) return null;
	if (before && !isDurable(this)) raiseDoubt(this, stored, before, state, inDoubtSince);
	return [toItems(news, config)];
}

function jobIsGone(context: IPollFunctions, jobId: string): NodeOperationError {
	return new NodeOperationError(context.getNode(), `Job ${jobId} was not found`, {
		description:
			'It may have been deleted, or belong to another organization than the API key. Choose another job, or "Any Job".',
	});
}

async function sample(
	context: IPollFunctions,
	config: TriggerConfig,
	source: JobSource,
	matches: (job: Job) => boolean,
): Promise<INodeExecutionData[][]> {
	const chosen = new Set(config.events);
	const job = config.jobId ? await source.get(config.jobId) : undefined;
	const found = config.jobId
		? latestEvent(job ? [job] : [], chosen)
		: await findSample(source, chosen, matches);
	if (found !== undefined) return [toItems([found], config)];
	throw new NodeOperationError(context.getNode(), 'No job matches yet', {
		description:
			'To build on sample data, run a job that ends in one of the chosen events, or choose other events or filters. Once published, the workflow starts by itself when a job matches.',
	});
}

function toItems(detected: Detected[], { simplify }: TriggerConfig): INodeExecutionData[] {
	const detectedAt = new Date().toISOString();
	return detected.map(({ event, previousStatus }) => ({
		json: {
			...jobItem(event.job, simplify),
			event: `job.${event.name}`,
			event_id: event.id,
			previous_status: previousStatus,
			detected_at: detectedAt,
		},
	}));
}

function timeFor(context: IPollFunctions): number {
	return Math.min(LONGEST_POLL_MS, budgetOf(context) * BUDGET_SHARE);
}

/** Whether the host stores a poll's state and the execution that it starts both or neither. */
const isDurable = (context: IPollFunctions): boolean => budgetOf(context) < CLASSIC_BUDGET_MS;

/** The time that the host gives a poll, ms. */
function budgetOf(context: IPollFunctions): number {
	// Missing in hosts before 2.38.
	return (context as Partial<IPollFunctions>).getPollBudgetMs?.() ?? CLASSIC_BUDGET_MS;
}

function logBaseline(context: IPollFunctions, reason: keyof typeof BASELINE_REASONS): void {
	context.logger.info(
		`Archetype AI Trigger starts watching from now (${BASELINE_REASONS[reason]}): jobs that ended before are not reported`,
	);
}

function logRest(context: IPollFunctions, { pending, left }: Observation): void {
	const waiting = pending.size + left;
	if (waiting > 0) {
		context.logger.info(`Archetype AI Trigger: about ${waiting} jobs are left for the next poll`);
	}
}
