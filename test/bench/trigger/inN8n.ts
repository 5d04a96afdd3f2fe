import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { N8nClient, type SavedWorkflow } from '../../../tools/n8n/client';
import { installN8n } from '../../../tools/n8n/install';
import { packPackage } from '../../../tools/n8n/pack';
import { startN8n } from '../../../tools/n8n/server';
import { until } from '../../../tools/n8n/until';
import { chain } from '../../host/workflows';
import type { Bar, Report, Table } from '../report';
import type { SandboxProcess } from '../sandbox';
import { HEADER, ours, schedules, type Contender } from './contenders';

/** Remove Duplicates fails once half of its history size is reached: 10,000 by default. */
const HISTORY = 3_000;
const DAY_MS = 24 * 3_600_000;
const INTERVAL_MS = 60_000;
/** From the end of a job to the start of the workflow. */
const MOST_MS = INTERVAL_MS + 2_000;
/** Time between two job ends, so that they fall on different parts of the minute. */
const PAUSE_MS = 17_000;
/** Six pauses and the longest wait after the last of them. */
const WATCHED_MINUTES = 3;
/** The sandbox logs no more requests than this. */
const MOST_REQUESTS_LOGGED = 1_000;

interface Published {
	contender: Contender;
	workflow: SavedWorkflow;
}

interface OldJobs {
	failed: string;
	running: string;
}

/** A job that ends while all workflows are watching. */
interface End {
	what: string;
	jobId: string;
	/** Epoch ms. */
	at: number;
}

/**
 * A real n8n with the packed package: how long after a job's end its workflow starts, compared with
 * what people build without this package, in the same n8n at the same time.
 */
export async function inN8n(sandbox: SandboxProcess, say: (text: string) => void): Promise<Report> {
	const folder = await mkdtemp(join(tmpdir(), 'bench-'));
	const installation = await installN8n('2.x', say);
	say(`Starting n8n ${installation.version}`);
	const packed = await packPackage(folder);
	const n8n = await startN8n({ installation, userFolder: folder, packages: [packed] });
	try {
		const client = new N8nClient(n8n.url);
		await client.setUpOwner();
		return await compare(client, sandbox, say);
	} finally {
		await n8n.stop();
		await rm(folder, { recursive: true, force: true });
	}
}

async function compare(
	client: N8nClient,
	sandbox: SandboxProcess,
	say: (text: string) => void,
): Promise<Report> {
	const old = await makeHistory(sandbox);
	const published = await publishAll(client, sandbox);
	say('Waiting until each schedule has been through the history once');
	for (const { contender, workflow } of published) {
		if (contender !== ours) await firstRun(client, workflow);
	}

	await sandbox.steer.reset({ only: ['stats'] });
	const start = Date.now();
	const ends = await endJobs(sandbox, old, say);
	say('Waiting for the polls after the last end');
	// Whole minutes: each workflow runs once per minute.
	await sleep(start + WATCHED_MINUTES * INTERVAL_MS - Date.now());
	const traffic = await trafficByName(sandbox);

	const rows: Table['rows'] = [];
	const bars: Bar[] = [];
	for (const { contender, workflow } of published) {
		const starts = await startsByJob(client, contender, workflow, start);
		const missed = ends.filter(({ jobId }) => !starts.has(jobId)).map(({ what }) => what);
		const { requests, bytes } = traffic.get(contender.name) ?? { requests: 0, bytes: 0 };
		const perMinute = [requests / WATCHED_MINUTES, bytes / WATCHED_MINUTES];
		rows.push([contender.name, ...perMinute, missed.join(', ') || 'nothing']);
		if (contender === ours) bars.push(...barsOf(ends, starts));
	}
	const jobs = HISTORY.toLocaleString('en-US');
	const title = `In n8n, every minute: ${ends.length} of ${jobs} jobs ended`;
	const head = ['', 'requests a minute', 'bytes a minute', 'missed'];
	return { tables: [{ title, head, rows }], bars };
}

async function publishAll(client: N8nClient, sandbox: SandboxProcess): Promise<Published[]> {
	const { url: baseUrl, apiKey } = sandbox;
	const credential = await client.createCredential('Sandbox', { apiKey, baseUrl });
	const published: Published[] = [];
	for (const contender of [ours, ...schedules(sandbox)]) {
		const template = chain(contender.name, contender.nodes);
		const workflow = await client.createWorkflow(template, credential);
		await client.publish(workflow);
		published.push({ contender, workflow });
	}
	return published;
}

async function firstRun(client: N8nClient, workflow: SavedWorkflow): Promise<void> {
	const complaint = `${workflow.name} did not run`;
	const [execution] = await until(2 * INTERVAL_MS, complaint, async () => {
		const executions = await client.executions(workflow);
		return executions.length > 0 && executions;
	});
	await client.ended(execution!.id);
}

function barsOf(ends: End[], starts: Map<string, number>): Bar[] {
	const waits = ends.flatMap(({ jobId, at }) => {
		const start = starts.get(jobId);
		return start === undefined ? [] : [start - at];
	});
	return [
		{ name: 'in n8n: ends missed', value: ends.length - waits.length, limit: 0, unit: 'jobs' },
		{
			name: 'in n8n: longest from the end of a job to the start of the workflow',
			value: Math.max(0, ...waits),
			limit: MOST_MS,
			unit: 'ms',
		},
	];
}

/** Returns the two old jobs that end later, far down the list. */
async function makeHistory({ steer }: SandboxProcess): Promise<OldJobs> {
	await steer.reset();
	// The retried job runs until it is explicitly ended.
	await steer.options({ listOrder: 'newest', latencyMs: 0, jobMs: DAY_MS });
	const old = { oldestMs: 30 * DAY_MS, newestMs: 30 * DAY_MS };
	const { ids: failed } = await steer.seed({ ...old, status: 'FAILED' });
	const { ids: running } = await steer.seed({ ...old, status: 'RUNNING' });
	await steer.seed({ count: HISTORY, active: 8, oldestMs: 29 * DAY_MS, newestMs: DAY_MS });
	return { failed: failed[0]!, running: running[0]! };
}

async function endJobs(
	sandbox: SandboxProcess,
	old: OldJobs,
	say: (text: string) => void,
): Promise<End[]> {
	const { steer } = sandbox;
	const short = async () => {
		const times = { oldestMs: 2_000, newestMs: 2_000, durationMs: 1_900 };
		return (await steer.seed({ status: 'COMPLETED', ...times })).ids[0]!;
	};
	const end = async (jobId: string) => {
		await steer.setJobStatus(jobId, { status: 'COMPLETED' });
		return jobId;
	};
	await sandbox.retry(old.failed);

	const steps: Array<[what: string, step: () => Promise<string>]> = [
		['a short job', short],
		['a job that ran for 30 days', () => end(old.running)],
		['a second short job', short],
		['a third short job', short],
		['a failed job that was retried', () => end(old.failed)],
		['a fourth short job', short],
	];
	const ends: End[] = [];
	for (const [what, step] of steps) {
		await sleep(PAUSE_MS);
		say(`Ends: ${what}`);
		const at = Date.now();
		ends.push({ what, jobId: await step(), at });
	}
	return ends;
}

async function trafficByName({ steer }: SandboxProcess) {
	const log = await steer.requests();
	if (log.length >= MOST_REQUESTS_LOGGED) throw new Error('The log of requests is cut off');
	const traffic = new Map<string, { requests: number; bytes: number }>();
	for (const { method, headers, bytes } of log) {
		if (method !== 'GET') continue;
		const name = String(headers[HEADER] ?? ours.name);
		const sum = traffic.get(name) ?? { requests: 0, bytes: 0 };
		traffic.set(name, { requests: sum.requests + 1, bytes: sum.bytes + bytes });
	}
	return traffic;
}

/** When the first workflow that got a job as an item started: job ID -> epoch ms. */
async function startsByJob(
	client: N8nClient,
	{ last }: Contender,
	workflow: SavedWorkflow,
	after: number,
): Promise<Map<string, number>> {
	const starts = new Map<string, number>();
	for (const { id, startedAt } of (await client.executions(workflow)).reverse()) {
		const at = Date.parse(startedAt);
		if (at < after) continue;
		const execution = await client.ended(id);
		for (const { json } of await client.itemsOf(execution, last)) {
			const { id: jobId } = json as { id: string };
			if (!starts.has(jobId)) starts.set(jobId, at);
		}
	}
	return starts;
}
