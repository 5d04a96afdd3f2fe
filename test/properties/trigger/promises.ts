import { ORDERS } from './service';
import type { HistoryOptions } from './history';

export interface Promised {
	promise: string;
	options: HistoryOptions;
}

const ENDS = ['completed', 'failed', 'cancelled'];
const STARTS_AND_ENDS = ['queued', 'started', ...ENDS];
const ALL = [...STARTS_AND_ENDS, 'admitted', 'preempted'];
const sorted = { orders: ['newest', 'oldest'], events: ENDS } as const;

/** One test file for each, so that they run in parallel. */
export const PROMISES = {
	sorted: {
		promise: 'every end of a job is reported exactly once, in lists sorted either way',
		options: { ...sorted, isSmall: true },
	},
	orders: {
		promise: '… and in lists in any order, also one that changes',
		options: { ...sorted, orders: ORDERS, changesOrder: true },
	},
	clocks: {
		promise: '… and when header, host and rows have clocks of their own, a day apart',
		options: { ...sorted, clocks: true, events: STARTS_AND_ENDS },
	},
	late: {
		promise: '… and when rows and counts come later than their own timestamps',
		options: { ...sorted, lagMs: 4 * 60_000, lateTotalMs: 3 * 60_000 },
	},
	troubles: {
		promise: '… and when places of the service fail, hang, are slow, lose jobs or send bad rows',
		options: { ...sorted, troubles: true, unknown: true },
	},
	slow: {
		promise: '… and when the service is so slow that nothing can be had in one poll',
		options: { ...sorted, latencies: [1_000, 4_000, 9_000], clamps: [7, 30], bursts: 60 },
	},
	classic: {
		promise: 'n8n is killed on its classic path: every end begins an execution',
		options: { ...sorted, path: 'classic' },
	},
	durable: {
		promise: 'n8n is killed, or polls twice, on its durable path: every end begins an execution',
		options: { ...sorted, path: 'durable' },
	},
	everything: {
		promise: 'all seven events are reported exactly once, also past unknown statuses',
		options: { ...sorted, events: ALL, unknown: true },
	},
	prompt: {
		promise: 'what the sweep is not needed for is reported within three polls',
		options: { ...sorted, events: STARTS_AND_ENDS, isSmall: true, bursts: 60, within: 1 },
	},
	outage: {
		promise: '… also while a place of the service is out for good',
		options: {
			...{ ...sorted, orders: ['newest'], isSmall: true, bursts: 10, within: 3 },
			outages: ['deep', 'active', 'running'],
		},
	},
	backlog: {
		promise: 'more jobs than one poll has time for come with the next ones',
		options: {
			...{ ...sorted, latencies: [1_000, 4_000], clamps: [7], bursts: 60 },
			within: 10,
		},
	},
	lost: {
		promise: 'jobs that cannot be had by their ID for less than a day are not given up on',
		options: { ...sorted, isSmall: true, past: 200, lost: 'denied', neverDeletes: true, within: 3 },
	},
	malformed: {
		promise: 'jobs whose rows are malformed when they are asked for by ID are not given up on',
		options: { ...sorted, isSmall: true, past: 200, lost: 'malformed', within: 3 },
	},
	counted: {
		promise: 'a crowd of new jobs that is counted is searched for in lists that only look sorted',
		options: {
			...{ orders: ['newest at first'], events: ENDS, isSmall: true, bursts: 120, steps: 1 },
			...{ clamps: [12], crowds: true, neverDeletes: true },
			// Four pages of twelve per poll, overlapping by four rows.
			within: (jobs: number) => Math.ceil(jobs / 32) + 3,
		},
	},
	zones: {
		promise: 'times without a zone are UTC, in any row',
		options: { ...sorted, isSmall: true, mixedZones: true },
	},
} satisfies Record<string, Promised>;
