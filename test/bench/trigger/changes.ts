import type { Report } from '../report';
import type { SandboxProcess } from '../sandbox';
import { Poller } from './poller';

const HISTORY = 100_000;
const CHANGES = [1, 10, 100];
const ORDERS = ['newest', 'oldest'] as const;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const OLDEST = { status: 'COMPLETED', oldestMs: 90 * DAY_MS } as const;

interface Scenario {
	what: string;
	/** Whether the jobs are among the latest 100, so that one page of the list shows all of them. */
	onOnePage: boolean;
	/** Creates a history that contains `count` jobs to end; returns a function that ends them. */
	prepare: (sandbox: SandboxProcess, count: number) => Promise<() => Promise<void>>;
}

const SCENARIOS: Scenario[] = [
	{
		what: 'came and went between two polls',
		onOnePage: true,
		async prepare({ steer }, count) {
			await steer.seed({ ...OLDEST, count: HISTORY, newestMs: DAY_MS });
			const times = { oldestMs: 50_000, newestMs: 10_000, durationMs: 5_000 };
			return async () => void (await steer.seed({ count, status: 'COMPLETED', ...times }));
		},
	},
	{
		what: 'were active, the latest jobs',
		onOnePage: true,
		async prepare(sandbox, count) {
			await sandbox.steer.seed({ ...OLDEST, count: HISTORY, newestMs: DAY_MS });
			const times = { oldestMs: HOUR_MS, newestMs: HOUR_MS / 2 };
			const { ids } = await sandbox.steer.seed({ count, status: 'RUNNING', ...times });
			return () => endAll(sandbox, ids);
		},
	},
	{
		what: 'were active, one batch in the middle of the list',
		onOnePage: false,
		async prepare(sandbox, count) {
			const { steer } = sandbox;
			await steer.seed({ ...OLDEST, count: HISTORY / 2, newestMs: 40 * DAY_MS });
			const times = { oldestMs: 39 * DAY_MS, newestMs: 39 * DAY_MS - HOUR_MS };
			const { ids } = await steer.seed({ count, status: 'RUNNING', ...times });
			await steer.seed({ ...OLDEST, count: HISTORY / 2, oldestMs: 38 * DAY_MS, newestMs: DAY_MS });
			return () => endAll(sandbox, ids);
		},
	},
	{
		what: 'were active, all over the list',
		onOnePage: false,
		async prepare(sandbox, count) {
			const { steer } = sandbox;
			await steer.seed({ ...OLDEST, count: HISTORY, newestMs: DAY_MS });
			const ids: string[] = [];
			for (let job = 0; job < count; job++) {
				const ageMs = (89 - (88 * job) / count) * DAY_MS;
				const times = { oldestMs: ageMs, newestMs: ageMs };
				ids.push(...(await steer.seed({ status: 'RUNNING', ...times })).ids);
			}
			return () => endAll(sandbox, ids);
		},
	},
];

/** Requests of a poll that finds 1, 10 or 100 ended jobs, beyond those of a quiet poll. */
export async function changes(
	sandbox: SandboxProcess,
	say: (text: string) => void,
): Promise<Report> {
	const report: Report = { tables: [], bars: [] };
	for (const listOrder of ORDERS) {
		say(`Polls that find ended jobs in ${HISTORY.toLocaleString('en-US')}, ${listOrder} first`);
		const rows: Array<Array<string | number>> = [];
		for (const scenario of SCENARIOS) {
			const more: number[] = [];
			for (const count of CHANGES) {
				await sandbox.steer.reset();
				await sandbox.steer.options({ listOrder, latencyMs: 0 });
				more.push(await moreRequests(sandbox, scenario, count));
			}
			rows.push([scenario.what, ...more]);
			if (!scenario.onOnePage) continue;
			const bars = CHANGES.map((count, at) => ({
				name: `beyond a quiet poll: ${count} jobs ${scenario.what}, ${listOrder} first`,
				value: more[at]!,
				limit: 1 + Math.floor(count / 100),
				unit: 'requests',
			}));
			report.bars.push(...bars);
		}
		report.tables.push({
			title: `Requests beyond a quiet poll when jobs ended, list ${listOrder} first`,
			head: ['jobs that', ...CHANGES.map(String)],
			rows,
		});
	}
	return report;
}

async function endAll({ steer }: SandboxProcess, ids: string[]): Promise<void> {
	for (const id of ids) await steer.setJobStatus(id, { status: 'COMPLETED' });
}

async function moreRequests(
	sandbox: SandboxProcess,
	{ prepare, what }: Scenario,
	count: number,
): Promise<number> {
	const end = await prepare(sandbox, count);
	const poller = new Poller(sandbox);
	await poller.poll();
	const quiet = await poller.poll();
	await end();
	const { requests, items } = await poller.poll();
	if (items !== count) throw new Error(`${count} jobs that ${what}: ${items} were emitted`);
	return requests - quiet.requests;
}
