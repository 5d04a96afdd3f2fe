// Skip Files Already Downloaded under concurrent executions, half of whose first runs fail, on each
// database n8n keeps processed items in: every file is returned by a run that succeeds.
import type { ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import type { IDataObject } from 'n8n-workflow';

import { until } from '../../tools/n8n/until';
import { findPostgres, startDatabase, type Database } from './counterparts/postgres';
import { findRedis, startRedis, type Redis } from './counterparts/redis';
import { describeEachHost } from './hosts';
import { useServer, type TestServer } from './server';
import { ACTION, chain, node } from './workflows';

const JOBS = 12;
const FILES = 10;
const ROUNDS = 3;
const TIMEOUT_MS = 120_000;
const WORKERS = 2;

describeEachHost((installation, packed) => {
	const postgres = findPostgres();
	const redis = findRedis();

	describe('on SQLite', () => testAtOnce(useServer(installation, packed), 1));

	if (postgres === undefined || redis === undefined) {
		describe.skip('on PostgreSQL, which is not installed, or Redis is not', () => {
			test('each file is given by a run that succeeds', () => {});
		});
		return;
	}

	describe.each([1, WORKERS])('on PostgreSQL, executed by %d of its processes', (processes) => {
		const env: Record<string, string> = {};
		let database: Database;
		let queue: Redis | undefined;
		const workers: ChildProcess[] = [];

		beforeAll(async () => {
			database = await startDatabase(postgres);
			Object.assign(env, database.env);
			if (processes === 1) return;
			queue = await startRedis(redis);
			// Few enough at once that every worker gets some.
			Object.assign(env, queue.env, { N8N_CONCURRENCY_PRODUCTION_LIMIT: '4' });
		}, TIMEOUT_MS);
		const server = useServer(installation, packed, env);
		beforeAll(async () => {
			if (processes === 1) return;
			for (let worker = 0; worker < processes; worker++) {
				workers.push(await server.n8n.startWorker());
			}
			const log = join(dirname(server.n8n.logFile), 'worker.log');
			await until(TIMEOUT_MS, 'The workers did not start', async () => {
				const said = await readFile(log, 'utf8');
				return said.match(/worker is now ready/g)?.length === processes;
			});
		}, TIMEOUT_MS);
		afterAll(async () => {
			for (const worker of workers) worker.kill('SIGKILL');
			await queue?.close();
			await database.close();
		});

		testAtOnce(server, processes);
	});
}, '2.x');

function testAtOnce(server: TestServer, processes: number): void {
	/** Publishes the workflow; the result maps a job to its files, or undefined on failure. */
	async function publish(): Promise<(job: string) => Promise<string[] | undefined>> {
		const { client, credential, n8n } = server;
		const webhook = node('Webhook', 'n8n-nodes-base.webhook', {
			...{ path: 'at-once', responseMode: 'lastNode', responseData: 'allEntries', options: {} },
		});
		const download = node('Download', ACTION, {
			...{ resource: 'output', operation: 'download', returnAll: true, filters: {} },
			jobId: { __rl: true, mode: 'id', value: '={{ $json.query.job }}' },
			options: { skipDownloaded: true },
		});
		const nodes = [
			{ ...webhook, webhookId: 'at-once' },
			{ ...download, alwaysOutputData: true },
		];
		await client.publish(await client.createWorkflow(chain('At once', nodes), credential));
		return async (job) => {
			const reply = await fetch(`${n8n.url}/webhook/at-once?job=${job}`);
			if (!reply.ok) return undefined;
			const items = (await reply.json()) as IDataObject[];
			return items.flatMap(({ id }) => (id === undefined ? [] : [id as string]));
		};
	}

	const outputsOf = async (job: string) =>
		(
			await server.get<{ outputs: Array<{ id: string; data: { ref: string } }> }>(
				`/batch/jobs/${job}/outputs?limit=100`,
			)
		).outputs;

	test(
		'Skip Files, executions at once: each file is given by a run that succeeds, twice rather than never',
		async () => {
			const { steer } = server.sandbox;
			const give = await publish();
			const { ids: jobs } = steer.seed({
				...{ count: JOBS, status: 'COMPLETED', inputs: 1, outputs: FILES },
			});
			for (const job of jobs.filter((_, place) => place % 2 === 0)) {
				const lost = (await outputsOf(job))[FILES / 2]!;
				const path = new URL(lost.data.ref).pathname;
				steer.faults({ origin: 'storage', kind: 'status', status: 404, path, times: null });
			}

			const given: string[] = [];
			const runAll = async () => {
				const runs = await Promise.all(jobs.map(give));
				given.push(...runs.flatMap((ids) => ids ?? []));
				return runs.filter((ids) => ids === undefined).length;
			};
			expect(await runAll()).toBe(JOBS / 2);
			steer.reset({ only: ['faults'] });
			for (let round = 1; round < ROUNDS; round++) expect(await runAll()).toBe(0);

			const all = (await Promise.all(jobs.map(outputsOf))).flat().map(({ id }) => id);
			expect(all).toHaveLength(JOBS * FILES);
			expect([...new Set(given)].sort()).toEqual(all.sort());
			process.stdout.write(`${given.length - all.length} of ${all.length} files came again\n`);
			// One process repeats nothing; with several, one may lose what another has remembered.
			if (processes === 1) expect(given).toHaveLength(all.length);
			else for (const job of jobs) await give(job);
			for (const job of jobs) expect(await give(job)).toEqual([]);
		},
		TIMEOUT_MS,
	);
}
