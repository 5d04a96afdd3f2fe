import type { ChildProcess } from 'node:child_process';

import { KILLS, LONG_WAIT_MS, SOON, testCrashes } from './crashing';
import { findPostgres, startDatabase, type Database } from './counterparts/postgres';
import { findRedis, startRedis, type Redis } from './counterparts/redis';
import { describeEachHost } from './hosts';
import { schedulersOf } from './schedulers';
import { useServer } from './server';

/**
 * In queue mode, killing the main may leave an execution saved that no worker was ever given: the
 * next main has to emit its events again.
 */
const postgres = findPostgres();
const redis = findRedis();
const missing = postgres === undefined ? 'PostgreSQL' : redis === undefined ? 'Redis' : undefined;

describeEachHost((installation, packed) => {
	const scheduler = schedulersOf(installation).find(({ isDurable }) => isDurable);
	if (missing !== undefined || scheduler === undefined) {
		describe.skip(`queue mode, without ${missing ?? 'a durable scheduler'}`, () => {
			test('every end begins an execution', () => {});
		});
		return;
	}
	describe(`a main and a worker in queue mode, polled by ${scheduler.scheduler}`, () => {
		const env: Record<string, string> = {
			...SOON,
			...scheduler.env,
			// Publishing takes longer with three servers on one machine.
			N8N_WORKFLOW_PUBLICATION_OUTBOX_LEASE_SECONDS: '40',
		};
		let database: Database;
		let queue: Redis;
		let worker: ChildProcess | undefined;

		beforeAll(async () => {
			database = await startDatabase(postgres!);
			queue = await startRedis(redis!);
			Object.assign(env, database.env, queue.env);
		}, 60_000);
		const server = useServer(installation, packed, env);
		beforeAll(async () => {
			worker = await server.n8n.startWorker();
		});
		afterAll(async () => {
			worker?.kill('SIGKILL');
			await queue?.close();
			await database?.close();
		});

		testCrashes(server, Math.ceil(KILLS / 3), LONG_WAIT_MS);
	});
}, '2.x');
