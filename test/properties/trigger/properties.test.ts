import * as fc from 'fast-check';

import { history } from './history';
import type { HistoryOptions } from './history';
import { MUTATIONS, withMutation } from './mutations';

/** Histories in all; the soak test raises it. */
const RUNS = Number(process.env.TRIGGER_RUNS ?? 10_000);
/** The same histories each time, so that a change is what makes a difference; new ones in a soak. */
const SEED = Number(
	process.env.TRIGGER_SEED ?? (process.env.TRIGGER_RUNS ? Date.now() % 0x7fffffff : 4711),
);

const ended: HistoryOptions = {
	orders: ['newest', 'oldest'],
	events: ['completed', 'failed', 'cancelled'],
};

/** A job that was preempted and admitted again, and cancelled then: it did not start once more. */
const CANCELLED_AFTER_PREEMPTION = {
	...{ order: 'newest', clamp: 6, keepsStamps: false, lagMs: 0 },
	past: [
		{ kind: 'create', pick: 0 },
		{ kind: 'start', pick: 0 },
	],
	polls: [
		{
			before: [
				{ kind: 'preempt', pick: 0 },
				{ kind: 'admit', pick: 0 },
			],
			...{ gapMs: 1_000, burst: [], within: [], budget: 2 },
		},
		...[{ kind: 'cancel', pick: 0 }, undefined].map((what) => ({
			before: what ? [what] : [],
			...{ gapMs: 1_000, burst: [], within: [], budget: 2 },
		})),
	],
};

const PROMISES: Array<[promise: string, options: HistoryOptions]> = [
	['every end of a job is told exactly once, in lists sorted either way', ended],
	['… and in lists in no order', { ...ended, orders: ['random'] }],
	[
		'… and when the order of the lists changes',
		{ ...ended, orders: ['newest', 'oldest', 'random'] },
	],
	['… and when changes show up later than their own timestamps', { ...ended, lagMs: 4 * 60_000 }],
	[
		'killed or polled twice, nothing is lost and repeats have the same id',
		{ ...ended, accidents: true },
	],
	[
		'starts and ends proved by timestamps are told exactly once',
		{ ...ended, events: ['queued', 'started', ...ended.events] },
	],
];

describe(`Trigger, over ${RUNS} generated histories with seed ${SEED}`, () => {
	test.each(PROMISES)(
		'%s',
		async (_, options) => {
			const numRuns = Math.ceil(RUNS / PROMISES.length);
			const examples: Array<[unknown]> = [[CANCELLED_AFTER_PREEMPTION]];
			await fc.assert(history(options), { numRuns, seed: SEED, examples });
		},
		3_600_000,
	);
});

describe('The properties can fail: each of these mistakes is caught', () => {
	test.each(MUTATIONS)('$mistake', async (mutation) => {
		const broken = await withMutation(mutation, () => import('./history'));
		const { failed } = await fc.check(broken.history(ended), {
			numRuns: 5_000,
			seed: 7,
			endOnFailure: true,
		});
		expect(failed).toBe(true);
	});
});
