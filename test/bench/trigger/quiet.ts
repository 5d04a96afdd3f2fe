import { median, type Report } from '../report';
import type { SandboxProcess } from '../sandbox';
import { Poller } from './poller';

const HISTORIES = [1_000, 100_000, 1_000_000];
const ACTIVE = 10;
const LATENCY_MS = 20;
const POLLS = 15;

const MOST_REQUESTS = 6;
const MOST_BYTES = 64 * 1024;
const MOST_MS = MOST_REQUESTS * LATENCY_MS + 50;
/** `total` and `offset` have more digits in a longer list, and so do the sandbox's job names. */
const MOST_MORE_BYTES = 512;

/** A poll in which nothing happened, with 10 active jobs in histories of growing length. */
export async function quietPolls(
	sandbox: SandboxProcess,
	say: (text: string) => void,
): Promise<Report> {
	const costs = [];
	for (const history of HISTORIES) {
		say(`Quiet polls of ${history.toLocaleString('en-US')} jobs`);
		costs.push({ history, ...(await quietPoll(sandbox, history)) });
	}
	const spread = (values: number[]) => Math.max(...values) - Math.min(...values);
	return {
		tables: [
			{
				title: `A quiet poll: ${ACTIVE} active jobs, ${LATENCY_MS} ms latency, median of ${POLLS}`,
				head: ['jobs in the history', 'requests', 'bytes received', 'ms'],
				rows: costs.map(({ history, requests, bytes, ms }) => [history, requests, bytes, ms]),
			},
		],
		bars: [
			...costs.flatMap(({ history, requests, bytes, ms }) => [
				{
					...named(`requests, ${history} jobs`),
					value: requests,
					limit: MOST_REQUESTS,
					unit: 'requests',
				},
				{ ...named(`bytes, ${history} jobs`), value: bytes, limit: MOST_BYTES, unit: 'bytes' },
				{ ...named(`time, ${history} jobs`), value: round(ms), limit: MOST_MS, unit: 'ms' },
			]),
			{
				...named('requests, difference between the histories'),
				value: spread(costs.map(({ requests }) => requests)),
				limit: 0,
				unit: 'requests',
			},
			{
				...named('bytes, difference between the histories'),
				value: spread(costs.map(({ bytes }) => bytes)),
				limit: MOST_MORE_BYTES,
				unit: 'bytes',
			},
		],
	};
}

const named = (name: string) => ({ name: `quiet poll: ${name}` });
const round = (ms: number) => Math.round(ms * 10) / 10;

async function quietPoll(sandbox: SandboxProcess, history: number) {
	await sandbox.steer.reset();
	await sandbox.steer.options({ latencyMs: 0 });
	// All alike, so that the bytes of two pages differ only in digits.
	await sandbox.steer.seed({ count: history, active: ACTIVE, status: 'COMPLETED' });
	await sandbox.steer.options({ latencyMs: LATENCY_MS });
	const poller = new Poller(sandbox);
	await poller.poll();
	const polls = [];
	for (let poll = 0; poll < POLLS; poll++) polls.push(await poller.poll());
	return {
		requests: Math.max(...polls.map(({ requests }) => requests)),
		bytes: median(polls.map(({ bytes }) => bytes)),
		ms: median(polls.map(({ ms }) => ms)),
	};
}
