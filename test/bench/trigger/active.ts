import type { Bar, Report } from '../report';
import type { SandboxProcess } from '../sandbox';
import { Poller } from './poller';

const ENDS_A_MINUTE = 100;
const POLLS = 4;
const DAY_MS = 24 * 3_600_000;

interface Load {
	active: number;
	/** Limits for bytes of state, requests per poll, and polls until an end is reported. */
	bytes: number;
	requests: number;
	polls: number;
}

const LOADS: Load[] = [
	{ active: 500, bytes: 64 * 1024, requests: 120, polls: 2 },
	{ active: 5_000, bytes: 320_000, requests: 200, polls: 3 },
	{ active: 20_000, bytes: 320_000, requests: 60, polls: 5 },
];

/** Polls with many active jobs, 100 of which end each minute. */
export async function activeJobs(
	sandbox: SandboxProcess,
	say: (text: string) => void,
): Promise<Report> {
	const rows: Array<Array<string | number>> = [];
	const bars: Bar[] = [];
	for (const load of LOADS) {
		const name = `${load.active.toLocaleString('en-US')} active jobs`;
		say(`${name}, ${ENDS_A_MINUTE} ends a minute`);
		const { first, quiet, busy, bytes, polls } = await measure(sandbox, load.active);
		rows.push([load.active, first, quiet, busy, bytes, polls]);
		const most = Math.max(quiet, busy);
		bars.push(
			{ name: `${name}: requests of a poll`, value: most, limit: load.requests, unit: 'requests' },
			{ name: `${name}: state`, value: bytes, limit: load.bytes, unit: 'bytes' },
			{
				name: `${name}: polls until an end is reported`,
				value: polls,
				limit: load.polls,
				unit: 'polls',
			},
		);
	}
	const title = `Many active jobs, ${ENDS_A_MINUTE} of them end each minute`;
	const head = [
		'active jobs',
		'first poll',
		'quiet poll',
		'busy poll',
		'state, bytes',
		'polls to an end',
	];
	return { tables: [{ title, head, rows }], bars };
}

async function measure(sandbox: SandboxProcess, active: number) {
	const { steer } = sandbox;
	await steer.reset();
	await steer.options({ listOrder: 'newest', latencyMs: 0 });
	// A seed returns at most 1,000 IDs.
	const ids: string[] = [];
	for (let seeded = 0; seeded < active; seeded += 500) {
		const times = {
			oldestMs: 3 * DAY_MS - seeded * 1_000,
			newestMs: 3 * DAY_MS - seeded * 1_000 - 400_000,
		};
		const count = Math.min(500, active - seeded);
		ids.push(...(await steer.seed({ count, status: 'RUNNING', ...times })).ids);
	}
	const poller = new Poller(sandbox);
	const first = (await poller.poll()).requests;
	for (let polls = 0; polls < 7; polls++) await poller.poll();
	let bytes = poller.stateBytes;
	const quiet = (await poller.poll()).requests;

	const since = new Map<string, number>();
	let busy = 0;
	let longest = 0;
	for (let poll = 0; poll < POLLS + 6; poll++) {
		// Scattered through the list.
		for (let end = 0; poll < POLLS && end < ENDS_A_MINUTE; end++) {
			const [id = ''] = ids.splice((end * 7_919 + poll * 104_729) % ids.length, 1);
			await steer.setJobStatus(id, { status: 'COMPLETED' });
			since.set(id, poll);
		}
		const { requests, jobs } = await poller.poll();
		busy = Math.max(busy, requests);
		bytes = Math.max(bytes, poller.stateBytes);
		for (const id of jobs) {
			longest = Math.max(longest, poll - (since.get(id) ?? poll) + 1);
			since.delete(id);
		}
	}
	return { first, quiet, busy, bytes, polls: since.size > 0 ? Infinity : longest };
}
