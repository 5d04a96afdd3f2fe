import { z } from 'zod';
import { NodeApiError } from 'n8n-workflow';

import type { ArchetypeAiClient } from '../../../api/client';
import { isObject } from '../../../api/envelopes';
import { events, eventsByTime } from '../../../api/events';
import type { JobEvent } from '../../../api/events';
import { readInputCounts } from '../../../api/inputCounts';
import { inputs } from '../../../api/inputs';
import { readJob } from '../../../api/jobs';
import type { Job } from '../../../api/jobs';
import { endedAt, outcomeOf } from '../../../api/outcome';
import { outputs } from '../../../api/outputs';
import { readRows } from '../../../api/pages';
import { withoutSignatures } from '../../../api/redact';
import { countSchema } from '../../../api/row';
import { text } from '../../../api/text';
import { timeOf } from '../../../api/time';
import type { ReportFacts } from './facts';
import { newestRows } from './newest';

/** How much is read for a report. */
export interface ReportLimits {
	/** Failed inputs to list, 100 at most. */
	failedInputs: number;
	/** Error events to list, 100 at most. */
	events: number;
	/** How many outputs to add up the sizes of. */
	outputs: number;
}

/** Event levels that mean errors. */
const ERRORS = ['ERROR', 'FAILED'];
const PAGES_AT_ONCE = 4;

/**
 * A job, and what the service says about it. Links in it have no signature.
 *
 * @throws NodeOperationError when the ID is not valid; NodeApiError when something cannot be read.
 */
export async function readFacts(
	client: ArchetypeAiClient,
	jobId: string,
	limits: ReportLimits,
): Promise<{ job: Job; facts: ReportFacts }> {
	// Whether the job exists, before anything else is requested.
	const job = await readJob(client, jobId);
	const counts = await readCounts(client, job);
	const [failedInputs, lastEvents, outputSizes] = await Promise.all([
		readFailedInputs(client, jobId, counts, limits.failedInputs),
		readErrorEvents(client, jobId, limits.events),
		readOutputSizes(client, jobId, limits.outputs),
	]);
	const version = text(job.pipeline_version);
	const facts = withoutSignatures({
		...{ id: job.id, name: job.name ?? null, status: job.status, outcome: outcomeOf(job) },
		pipeline: job.pipeline_key ? `${job.pipeline_key}${version && ` ${version}`}` : null,
		reason: reasonOf(job),
		retries: job.retry_count ?? 0,
		...{ createdAt: msOf(job.created_at), startedAt: msOf(job.started_at) },
		...{ endedAt: msOf(endedAt(job)), now: client.serviceTime() },
		...{ counts, failedInputs, events: lastEvents, outputs: outputSizes },
	});
	return { job, facts };
}

const msOf = (time: string | null | undefined): number | null => {
	const ms = timeOf(time ?? '');
	return Number.isFinite(ms) ? ms : null;
};

function reasonOf({ error }: Job): string | null {
	const said = isObject(error) ? error.message : error;
	return text(said) || null;
}

const countsSchema = z.object({
	...{ pending: countSchema, processing: countSchema, completed: countSchema, failed: countSchema },
});

/** From the job, or from their own endpoint; null on a server that has neither. */
async function readCounts(client: ArchetypeAiClient, job: Job): Promise<ReportFacts['counts']> {
	const known = countsSchema.safeParse(job.input_progress);
	if (known.success) return known.data;
	return await readInputCounts(client, job.id).then(
		(counts) => countsSchema.parse(counts),
		(error: Error) => {
			if (error instanceof NodeApiError && error.httpCode === '404') return null;
			throw error;
		},
	);
}

async function readFailedInputs(
	client: ArchetypeAiClient,
	jobId: string,
	counts: ReportFacts['counts'],
	most: number,
): Promise<ReportFacts['failedInputs']> {
	if (counts?.failed === 0 || most === 0) return { total: counts?.failed ?? 0, listed: [] };
	const list = inputs(client, jobId, { status: 'failed' });
	const listed: ReportFacts['failedInputs']['listed'] = [];
	let isCut = false;
	for await (const rows of readRows(list, most, { onCut: () => (isCut = true) })) {
		for (const { id, data, error_message, file_id, status } of rows) {
			// A server that does not know the filter returns all.
			if (status !== 'failed') continue;
			const name = data?.filename || text(file_id);
			listed.push({ id, name, message: text(error_message) || null });
		}
	}
	const counted = counts?.failed ?? (isCut ? (await list.page(0, 1)).total : 0);
	return { total: Math.max(counted, listed.length), listed };
}

async function readErrorEvents(
	client: ArchetypeAiClient,
	jobId: string,
	most: number,
): Promise<ReportFacts['events']> {
	if (most === 0) return { listed: [], lookedAt: 0, total: 0 };
	const newestFirst = (a: JobEvent, b: JobEvent) => eventsByTime(b, a);
	const found = await Promise.all(
		ERRORS.map(async (level) => await newestRows(events(client, jobId, { level }), newestFirst)),
	);
	const listed = found
		.flatMap(({ rows }) => rows)
		.filter(({ level }) => ERRORS.includes(text(level)))
		.sort(newestFirst)
		.slice(0, most)
		.map(({ created_at, event_type, level, message }) => ({
			...{ createdAt: created_at, level: text(level), type: event_type },
			message: text(message) || null,
		}));
	const sum = (of: 'lookedAt' | 'total') => found.reduce((total, each) => total + each[of], 0);
	return { listed, lookedAt: sum('lookedAt'), total: sum('total') };
}

async function readOutputSizes(
	client: ArchetypeAiClient,
	jobId: string,
	most: number,
): Promise<ReportFacts['outputs']> {
	const list = outputs(client, jobId);
	if (most === 0) return { total: (await list.page(0, 1)).total, bytes: 0, added: 0 };
	let isCut = false;
	let read = 0;
	let added = 0;
	let bytes = 0;
	const reading = {
		concurrency: PAGES_AT_ONCE,
		onCut: () => (isCut = true),
		onMalformed: () => read++,
	};
	for await (const rows of readRows(list, most, reading)) {
		read += rows.length;
		for (const { data } of rows) {
			if (typeof data.num_bytes !== 'number') continue;
			bytes += data.num_bytes;
			added++;
		}
	}
	const total = isCut ? Math.max((await list.page(0, 1)).total, read) : read;
	return { total, bytes, added };
}
