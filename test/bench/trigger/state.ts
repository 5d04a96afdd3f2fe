import type { Report } from '../report';
import type { SandboxProcess } from '../sandbox';
import { Poller } from './poller';

const HISTORY = 1_000_000;
const ACTIVE = 500;
/** More than the state remembers individually: 1,200 first runs and 500 retried ones. */
const ENDED = 2_000;
const RETRIED = 600;
const MOST_BYTES = 64 * 1024;
const MINUTE_MS = 60_000;

/** The most that n8n stores between two polls. */
export async function stateSize(
	sandbox: SandboxProcess,
	say: (text: string) => void,
): Promise<Report> {
	say(`State with ${ACTIVE} active jobs in ${HISTORY.toLocaleString('en-US')}`);
	const { steer } = sandbox;
	await steer.reset();
	await steer.options({ listOrder: 'newest', latencyMs: 0 });
	await steer.seed({ count: HISTORY, active: ACTIVE, oldestMs: 90 * 24 * 60 * MINUTE_MS });
	const poller = new Poller(sandbox);
	await poller.poll();
	const atFirst = poller.stateBytes;

	const times = { oldestMs: MINUTE_MS / 2, newestMs: 0, durationMs: 1 };
	const retried = await steer.seed({ count: RETRIED, status: 'RUNNING', ...times });
	await poller.poll();
	for (const id of retried.ids) {
		await steer.setJobStatus(id, { status: 'FAILED' });
		await sandbox.retry(id);
		await steer.setJobStatus(id, { status: 'FAILED' });
	}
	await steer.seed({ count: ENDED, status: 'FAILED', ...times });
	let emitted = 0;
	for (let items = -1; items !== 0; emitted += items) ({ items } = await poller.poll());
	if (emitted < ENDED + RETRIED) throw new Error(`${emitted} events were emitted`);

	const value = poller.stateBytes;
	return {
		tables: [
			{
				title: `State between two polls, ${ACTIVE} active jobs`,
				head: ['', 'bytes'],
				rows: [
					['after the first poll', atFirst],
					[`after ${emitted} events`, value],
				],
			},
		],
		bars: [{ name: `state with ${ACTIVE} active jobs`, value, limit: MOST_BYTES, unit: 'bytes' }],
	};
}
