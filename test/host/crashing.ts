import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type { SavedWorkflow } from '../../tools/n8n/client';
import { tailOf } from '../../tools/n8n/log';
import { until } from '../../tools/n8n/until';
import { randomFrom } from '../random';
import { Life } from './life';
import type { TestServer } from './server';
import { chain, POLL_EVERY_S, trigger } from './workflows';

/** How often n8n is killed; the full proof takes 50. */
export const KILLS = Number(process.env.CRASH_KILLS ?? 6);
const SEED = Number(process.env.CRASH_SEED ?? Date.now() % 0x7fffffff);

const DAY_MS = 24 * 3_600_000;
const POLL_EVERY_MS = POLL_EVERY_S * 1000;
/** A kill comes up to this long after a poll begins: before, during or after all it leads to. */
const LONGEST_WAIT_MS = 1_000;
/** A poll takes longer when several servers share a machine. */
export const LONG_WAIT_MS = 6_000;
const POLL_TIMEOUT_MS = 120_000;
const TEST_TIMEOUT_MS = 600_000 + KILLS * 60_000;
/** n8n lists at most 100 executions. */
const KILLS_BETWEEN_COUNTS = 20;
/** How many rows each poll's sweep advances: the sweep finds retried jobs at the latest. */
const SWEEP_STEP = 36;

/** After a crash during activation, n8n would otherwise wait two minutes before retrying. */
export const SOON = {
	N8N_WORKFLOW_PUBLICATION_OUTBOX_LEASE_SECONDS: '10',
	N8N_WORKFLOW_PUBLICATION_OUTBOX_POLL_INTERVAL_MS: '500',
};

/** Tests a server that is killed at random moments of its polls, while jobs keep ending. */
export function testCrashes(
	server: TestServer,
	kills: number,
	longestWaitMs = LONGEST_WAIT_MS,
): void {
	/** What each started execution was started with: its ID -> event IDs. */
	const executions = new Map<string, string[]>();
	/** Executions that were saved but never started, and those that started and crashed. */
	const neverBegun = new Set<string>();
	const crashed = new Set<string>();
	let workflow: SavedWorkflow;

	async function start(): Promise<void> {
		// n8n waits ten seconds if it finds this after a crash.
		const journal = join(dirname(server.n8n.logFile), '.n8n', 'crash.journal');
		await rm(journal, { force: true });
		await server.n8n.start();
		await server.client.login(server.owner);
	}

	async function pollBegins(): Promise<void> {
		const lists = () => server.sandbox.steer.stats().routes['api GET /batch/jobs']?.requests ?? 0;
		const before = lists();
		const deadline = Date.now() + POLL_TIMEOUT_MS;
		while (lists() === before) {
			if (Date.now() > deadline) {
				const log = await tailOf(server.n8n.logFile);
				throw new Error(`The trigger did not poll. The end of n8n's log:\n${log}`);
			}
			await sleep(5);
		}
	}

	/** Event IDs of all started executions; one that was emitted twice appears twice. */
	async function begun(): Promise<string[]> {
		for (const execution of await server.client.executions(workflow)) {
			// n8n saves an execution before starting it.
			const hasBegun = (execution.startedAt as string | null) !== null;
			if (!hasBegun) neverBegun.add(execution.id);
			if (!hasBegun) continue;
			neverBegun.delete(execution.id);
			if (execution.status === 'crashed') crashed.add(execution.id);
			const items = await server.client.startItemsOf(execution, 'Job Ended');
			const events = items.map(({ json }) => json.event_id as string);
			executions.set(execution.id, events);
		}
		return [...executions.values()].flat();
	}

	async function killAtRandomMoments(random: () => number): Promise<void> {
		let starting = Promise.resolve();
		for (let kill = 1; kill <= kills; kill++) {
			await pollBegins();
			await sleep(random() * longestWaitMs);
			await server.n8n.kill();
			await starting;
			// Rejects if the next kill comes before n8n is ready, which is intended.
			starting = start().catch(() => {});
			if (kill % KILLS_BETWEEN_COUNTS === 0) {
				await starting;
				await begun();
			}
		}
		await starting;
	}

	const title = `killed ${kills} times (seed ${SEED}), every end begins an execution, always as one event_id`;
	test(
		title,
		async () => {
			const { client, credential, sandbox } = server;
			const random = randomFrom(SEED);
			// Keeps a retried job from ending by itself.
			sandbox.steer.options({ latencyMs: 30, jobMs: DAY_MS });
			sandbox.steer.seed({ count: 50 });
			workflow = await client.createWorkflow(chain('Watch', [trigger('Job Ended')]), credential);
			await client.publish(workflow);
			// What the poll at activation saw may not be saved; what the first tick saw is.
			await pollBegins();
			await sleep(LONGEST_WAIT_MS);

			const life = new Life(sandbox, random);
			life.begin();
			try {
				await killAtRandomMoments(random);
			} finally {
				await life.stop();
			}

			const { total } = await server.get<{ total: number }>('/batch/jobs?limit=1');
			const deadline = Date.now() + (Math.ceil(total / SWEEP_STEP) + 2) * POLL_EVERY_MS;
			const { events, lost } = await until(TEST_TIMEOUT_MS, 'No end', async () => {
				const events = await begun();
				const lost = [...life.due].filter((id) => !events.includes(id));
				return (lost.length === 0 || Date.now() > deadline) && { events, lost };
			});
			const repeats = events.length - new Set(events).size;
			process.stdout.write(
				`${kills} kills: ${life.due.size} ends, ${executions.size} executions that began ` +
					`(${crashed.size} crashed), ${neverBegun.size} that never did, ` +
					`${repeats} repeats, ${lost.length} lost\n`,
			);
			expect(events.filter((id) => !life.due.has(id) && !life.wiped.has(id))).toEqual([]);
			expect(lost).toEqual([]);
		},
		TEST_TIMEOUT_MS,
	);
}
