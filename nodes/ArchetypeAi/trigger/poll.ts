import type { INodeExecutionData, IPollFunctions, NodeApiError } from 'n8n-workflow';

import { ArchetypeAiClient } from '../api/client';
import { networkError } from '../api/networkErrors';
import { pause } from '../api/retry';
import { advance, JobMissing } from './advance';
import { fingerprint, readConfig } from './config';
import type { TriggerConfig } from './config';
import type { Self } from './crash/resume';
import { forHost } from './forHost';
import { hostOf, memoryOf, ownerOf } from './host';
import { toItems } from './items';
import { NoAnswer, orgOf } from './look/requests';
import { shared } from './look/shared';
import { findSample, jobIsGone } from './sample';
import { jobSource } from './source';

/** The longest a poll may take, ms: polls come every minute at most, and must not overlap. */
const MOST_TIME_MS = 45_000;
/** The budget of hosts that poll on the classic path; the durable scheduler gives less than a minute. */
const CLASSIC_BUDGET_MS = 5 * 60_000;
/** Share of the time for requests; the rest is for the host. */
const REQUESTS_SHARE = 0.95;
/** Rows to search for an organization, since some may lack it. */
const ORG_ROWS = 20;
/** What still fails is tried again at the next poll. */
const ATTEMPTS = 2;

/** One poll: read state -> look -> decide -> keep state -> items; null when nothing changed. */
export async function poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
	const config = readConfig(this);
	const begin = Date.now();
	const deadline = begin + Math.min(MOST_TIME_MS, budgetOf(this)) * REQUESTS_SHARE;
	const client = (
		await ArchetypeAiClient.connect(this, { deadline, attempts: ATTEMPTS })
	).forItem();
	const source = jobSource(client, config.filters);
	if (this.getMode() === 'manual') {
		const sample = await findSample(this.getNode(), source, config).catch((error: unknown) =>
			Promise.reject(forHost(error)),
		);
		return [toItems([sample], config)];
	}

	const memory = memoryOf(this);
	// Hosts start a poll on schedule, even while the previous one is running. Both would emit the same
	// events; what this poll would find, the next one will.
	if (memory.busyUntil !== undefined && begin < memory.busyUntil) return null;
	memory.busyUntil = deadline;
	try {
		return await pollJobs(this, config, client, { begin, deadline });
	} finally {
		client.giveUp();
		delete memory.busyUntil;
		memory.polledAt = Date.now();
	}
}

async function pollJobs(
	context: IPollFunctions,
	config: TriggerConfig,
	client: ArchetypeAiClient,
	times: { begin: number; deadline: number },
): Promise<INodeExecutionData[][] | null> {
	const host = hostOf(context);
	const self: Self = {
		config: fingerprint(config, ''),
		oldConfig: fingerprint(config, client.account),
		owner: ownerOf(context),
		account: client.account,
		org: async () => orgOf((await jobSource(client, {}).page(undefined, 0, ORG_ROWS)).rows),
	};
	const of = JSON.stringify([client.account, config.filters]);
	const own = jobSource(client, config.filters);
	const source = (isFirst: boolean) =>
		shared(own, of, isFirst ? Infinity : (host.memory.polledAt ?? Infinity), host.now);
	const isOver = new AbortController();
	const clock = {
		now: host.now,
		until: async (time: number) => {
			await pause(Math.max(0, time - host.now()), isOver.signal).catch(() => {});
		},
	};
	const { events: names, jobId, pipelineKey } = config;
	const watched = { events: new Set(names), jobId, pipelineKey };
	const events = await advance({ host, source, clock, times }, self, watched)
		.catch(async (error: unknown) => {
			if (error instanceof JobMissing)
				return await Promise.reject(jobIsGone(context.getNode(), jobId));
			const shown = error instanceof NoAnswer ? noAnswer(client) : error;
			return await Promise.reject(forHost(shown));
		})
		.finally(() => isOver.abort());
	return events.length === 0 ? null : [toItems(events, config)];
}

function noAnswer(client: ArchetypeAiClient): NodeApiError {
	const info = client.info({ path: '/batch/jobs', subject: 'The list of jobs' });
	return networkError(info, { code: 'ETIMEDOUT' }, client.baseUrl);
}

/** The time that the host gives a poll, ms. */
function budgetOf(context: IPollFunctions): number {
	// Missing in hosts before 2.38.
	return (context as Partial<IPollFunctions>).getPollBudgetMs?.() ?? CLASSIC_BUDGET_MS;
}
