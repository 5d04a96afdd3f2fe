import { LIMITS } from '../../../nodes/ArchetypeAi/trigger/limits';
import type { HistoryOptions, Poll, Script } from './history';

export interface Promised {
	promise: string;
	options: HistoryOptions;
	/** Histories that are tried besides the generated ones. */
	examples?: Script[];
}

const quiet: Poll = { before: [], gapMs: 1_000, burst: [], within: [] };

const ended: HistoryOptions = {
	orders: ['newest', 'oldest'],
	events: ['completed', 'failed', 'cancelled'],
};
const startsAndEnds: HistoryOptions = {
	...ended,
	events: ['queued', 'started', ...ended.events],
};
const all: HistoryOptions = {
	...ended,
	events: [...startsAndEnds.events, 'admitted', 'preempted'],
};

/** One test file for each, so that they run side by side. */
export const PROMISES = {
	sorted: {
		promise: 'every end of a job is told exactly once, in lists sorted either way',
		options: ended,
	},
	unsorted: { promise: '… and in lists in no order', options: { ...ended, orders: ['random'] } },
	reordered: {
		promise: '… and when order and size of the pages change, also within a poll',
		options: { ...ended, orders: ['newest', 'oldest', 'random'], changesOrder: true },
	},
	late: {
		promise: '… and when changes show up later than their own timestamps',
		options: { ...ended, lagMs: 4 * 60_000 },
	},
	classic: {
		promise: 'n8n is killed on its classic path, also between state and execution: nothing is lost',
		options: { ...ended, path: 'classic' },
	},
	durable: {
		promise:
			'n8n is killed, polls twice or keeps no first state on its durable path: nothing is lost',
		options: { ...ended, path: 'durable' },
	},
	timestamps: {
		promise: 'starts and ends proved by timestamps are told exactly once',
		options: startsAndEnds,
		examples: [
			// Preempted and admitted again, and cancelled then: it did not start once more.
			{
				...{ order: 'newest', clamp: 6, keepsStamps: false, lagMs: 0, stampMs: 1 },
				...{ limits: LIMITS, dropsFirst: false },
				past: [
					{ kind: 'create', pick: 0 },
					{ kind: 'start', pick: 0 },
				],
				polls: [
					{
						...quiet,
						before: [
							{ kind: 'preempt', pick: 0 },
							{ kind: 'admit', pick: 0 },
						],
					},
					{ ...quiet, before: [{ kind: 'cancel', pick: 0 }] },
				],
			},
		],
	},
	everything: { promise: 'all seven events are told exactly once', options: all },
	prompt: {
		promise: 'what the slow walk is not needed for is told by the next poll',
		options: { ...startsAndEnds, isPrompt: true },
	},
	promptlyLate: {
		promise: '… also when it shows up late',
		options: { ...startsAndEnds, isPrompt: true, lagMs: 4 * 60_000 },
	},
	backlog: {
		promise: 'what a poll has no time for comes with the next ones, oldest first, and none is lost',
		options: { ...startsAndEnds, isPrompt: true, hasBacklog: true },
	},
} satisfies Record<string, Promised>;
