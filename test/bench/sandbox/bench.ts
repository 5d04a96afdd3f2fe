import { setTimeout as sleep } from 'node:timers/promises';

import { median, type Bench, type Report } from '../report';
import { startSandboxProcess, type SandboxProcess } from '../sandbox';
import { createJob, uploadFiles } from './work';

const JOBS = 100;
const ROWS = 4000;
const COLUMNS = 40;
/** Long enough that all of them run during the measurement, and short enough to overload a core. */
const JOB_MS = 300_000;
const PAGES = 200;
const HISTORY = 1_000_000;

const MOST_PAGE_MS = 50;
const MOST_SEED_S = 10;

interface Times {
	name: string;
	ms: number[];
}

/** How quickly the sandbox responds while it works on many jobs, and with a long history. */
export const sandbox: Bench = {
	async run(say) {
		const service = await startSandboxProcess();
		try {
			const idle = await pages(service, 'no job', 'limit=100');
			await uploadFiles(service, ROWS, COLUMNS);
			await service.steer.options({ maxRunning: JOBS, jobMs: JOB_MS });
			for (let job = 0; job < JOBS; job++) await createJob(service, COLUMNS);
			say(`${JOBS} jobs are created: waiting until all of them run`);
			while ((await running(service)) < JOBS) await sleep(500);
			const busy = [
				await pages(service, `${JOBS} running jobs, 1 a page`, 'limit=1'),
				await pages(service, `${JOBS} running jobs, 100 a page`, 'limit=100'),
			];
			const ran = await running(service);
			say(`${ran} jobs still run`);
			await service.steer.reset({ only: ['jobs'] });
			const before = performance.now();
			await service.steer.seed({ count: HISTORY });
			const seedMs = performance.now() - before;
			const history = [
				await pages(service, `${HISTORY} ended jobs, first page`, 'limit=100'),
				await pages(
					service,
					`${HISTORY} ended jobs, last page`,
					`limit=100&offset=${HISTORY - 100}`,
				),
			];
			return report([idle, ...busy, ...history], ran, seedMs);
		} finally {
			await service.close();
		}
	},
};

/** Response times of pages requested one after the other. */
async function pages(service: SandboxProcess, name: string, query: string): Promise<Times> {
	const ms: number[] = [];
	for (let page = 0; page < PAGES; page++) {
		const before = performance.now();
		await list(service, query);
		ms.push(performance.now() - before);
		await sleep(5);
	}
	return { name, ms };
}

async function running(service: SandboxProcess): Promise<number> {
	return (await list(service, 'status=RUNNING&limit=1')).total;
}

async function list({ url, apiKey }: SandboxProcess, query: string): Promise<{ total: number }> {
	const headers = { authorization: `Bearer ${apiKey}` };
	const reply = await fetch(`${url}/batch/jobs?${query}`, { headers });
	return (await reply.json()) as { total: number };
}

function report(times: Times[], ran: number, seedMs: number): Report {
	const round = (ms: number) => Math.round(10 * ms) / 10;
	const medianOf = (name: string) => round(median(times.find((each) => each.name === name)!.ms));
	const bar = (name: string) => ({
		name: `sandbox: a page, ${name}, median`,
		value: medianOf(name),
		limit: MOST_PAGE_MS,
		unit: 'ms',
	});
	return {
		tables: [
			{
				title: `The list of jobs: ${PAGES} pages, one after the other`,
				head: ['with', 'median ms', '95 % ms', 'longest ms'],
				rows: times.map(({ name, ms }) => {
					const sorted = [...ms].sort((a, b) => a - b);
					const most = sorted[Math.floor(0.95 * sorted.length)]!;
					return [name, round(median(ms)), round(most), round(sorted.at(-1)!)];
				}),
				notes: [
					`Each job classifies ${ROWS} rows of ${COLUMNS} columns by ${2 * ROWS} rows of examples.`,
					`A million jobs are seeded in ${round(seedMs / 1000)} s.`,
				],
			},
		],
		bars: [
			bar(`${JOBS} running jobs, 1 a page`),
			bar(`${JOBS} running jobs, 100 a page`),
			bar(`${HISTORY} ended jobs, last page`),
			{ name: 'sandbox: jobs that ran', value: ran, limit: JOBS, unit: 'jobs', isLeast: true },
			{
				name: `sandbox: ${HISTORY} jobs seeded`,
				value: round(seedMs / 1000),
				limit: MOST_SEED_S,
				unit: 's',
			},
		],
	};
}
