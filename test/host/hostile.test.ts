// One service that does everything a client fears at once, against a published trigger and the read
// operations: n8n's memory stays bounded, polling continues, and the one good job is reported.
import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

import type { INodeParameters } from 'n8n-workflow';

import { until } from '../../tools/n8n/until';
import { GOOD_JOB, SECRET, startHostileService } from './counterparts/hostile';
import type { HostileService } from './counterparts/hostile';
import { describeEachHost } from './hosts';
import { useServer } from './server';
import { ACTION, chain, node, trigger } from './workflows';

const MOST_GROWTH_MB = 300;
/** A poll's own deadline, plus the ten seconds to the next poll. */
const LONGEST_POLL_MS = 55_000;
/** It takes a minute and a half on an otherwise idle machine. */
const TIMEOUT_MS = 300_000;

const MANUAL = 'n8n-nodes-base.manualTrigger';
const job = (id: string) => ({ __rl: true, mode: 'id', value: id });
const outputs = (operation: string, id: string, more: INodeParameters = {}): INodeParameters => ({
	...{ resource: 'output', operation, jobId: job(id), returnAll: true, filters: {}, options: {} },
	...more,
});

/** What is requested manually, and how it ends. */
const ATTEMPTS: Array<[what: string, parameters: INodeParameters, ends: RegExp]> = [
	[
		'H5 300,000 rows for a limit of one',
		outputs('getMany', 'job_many', { returnAll: false, limit: 1 }),
		/more than 32 MiB/,
	],
	[
		'H5 an endless list under a File Name filter',
		outputs('getMany', 'job_endless', { filters: { fileName: 'none_*.csv' } }),
		/more than 100000 outputs/,
	],
	[
		'H5 a line of 60 MB',
		outputs('readRows', 'job_line', { returnAll: false, limit: 1 }),
		/longer than 33554432 characters/,
	],
	[
		'H5 an error page of 30 MB',
		{ resource: 'job', operation: 'get', jobId: job('job_page') },
		/HTTP 500/,
	],
	['T9 a file that trickles', outputs('download', 'job_trickle'), /less than 1024 bytes/],
];

describeEachHost((installation, packed) => {
	const server = useServer(installation, packed);
	let service: HostileService;
	afterEach(() => service.close());

	test(
		'H5 H6 H7 H9 T9 everything at once: memory is bounded, polls go on, the good job is reported',
		async () => {
			const { client, n8n } = server;
			service = await startHostileService();
			const credential = await client.createCredential('Hostile', {
				...{ apiKey: 'sk_hostile_test', baseUrl: service.url },
			});
			const memory = await watchMemory(n8n.pid);

			const watched = await client.createWorkflow(
				chain('Ends', [trigger('Job Ended')]),
				credential,
			);
			await client.publish(watched);
			service.turnHostile();

			const ends = await Promise.all(
				ATTEMPTS.map(async ([what, parameters, expected]) => {
					const nodes = [node('Start', MANUAL), node('Archetype AI', ACTION, parameters)];
					const workflow = await client.createWorkflow(chain(what, nodes), credential);
					const begun = Date.now();
					const execution = await client.run(workflow, 'Start');
					const message = (await client.errorOf(execution)) ?? 'no error';
					const seconds = ((Date.now() - begun) / 1000).toFixed(1);
					print(`${what}: ${seconds} s, ${message}`);
					return { message, expected };
				}),
			);
			const items = await until(TIMEOUT_MS, 'The good job was not reported', async () => {
				for (const execution of await client.executions(watched)) {
					const found = await client.startItemsOf(execution, 'Job Ended');
					if (found.some(({ json }) => json.id === GOOD_JOB)) return found;
				}
				return false;
			});

			const growth = await memory.growth();
			const gap = longestGap(service.asked.filter(isPoll).map(({ at }) => at));
			await client.unpublish(watched);
			print(`memory grew by ${growth} MB in ${service.asked.length} requests`);
			print(`${(gap / 1000).toFixed(1)} s between two requests of the trigger at most`);
			for (const { message, expected } of ends) expect(message).toMatch(expected);
			expect(JSON.stringify(items)).not.toContain(SECRET);
			expect(await readFile(n8n.logFile, 'utf8')).not.toContain(SECRET);
			expect(gap).toBeLessThan(LONGEST_POLL_MS);
			expect(growth).toBeLessThan(MOST_GROWTH_MB);
		},
		TIMEOUT_MS,
	);
}, '2.x');

const print = (words: string): void => void process.stdout.write(`hostile: ${words}\n`);

/** Only the trigger's list requests have no job ID. */
const isPoll = ({ path }: { path: string }): boolean => /\/batch\/jobs\?/.test(path);

const longestGap = (times: number[]): number =>
	Math.max(0, ...times.slice(1).map((time, before) => time - times[before]!));

/** The peak growth of a process's memory from now on, in MB, as counted by Linux. */
async function watchMemory(pid: number): Promise<{ growth: () => Promise<number> }> {
	const read = async (field: string) => {
		const status = await readFile(`/proc/${pid}/status`, 'utf8');
		return Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1]) / 1024;
	};
	await sleep(2_000);
	await writeFile(`/proc/${pid}/clear_refs`, '5');
	const before = await read('VmRSS');
	return { growth: async () => Math.round((await read('VmHWM')) - before) };
}
