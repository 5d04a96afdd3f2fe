import { createHash } from 'node:crypto';

import { takeOver } from '../../../nodes/ArchetypeAi/trigger/crash/takeover';
import { decide } from '../../../nodes/ArchetypeAi/trigger/decide/decide';
import type { State } from '../../../nodes/ArchetypeAi/trigger/decide/state';
import { LIMITS } from '../../../nodes/ArchetypeAi/trigger/limits';

const at = (iso: string) => Date.parse(iso);
const hash = (text: string) => createHash('sha256').update(text).digest('base64url').slice(0, 8);
const entry = (eventId: string, time: number) =>
	hash(eventId) +
	Math.floor(time / 1000)
		.toString(36)
		.padStart(6, '0');

const FLOOR = at('2026-06-01T00:00:00Z');
const NOW = at('2026-06-02T00:01:00Z');
const reported = { id: 'job_reported', created: '2026-06-01T10:00:00Z' };

/** As written by the first version. */
const stored = {
	version: 1,
	config: 'old',
	active: { job_running: ['RUNNING', 0, 0, at('2026-05-01T00:00:00Z')] },
	firstRuns: { floor: FLOOR, entries: entry(`${reported.id}:COMPLETED:0`, at(reported.created)) },
	retries: { floor: FLOOR, entries: '' },
	createdFloor: FLOOR,
	order: 'newest',
	total: 500,
	sweep: { offset: 72, owed: 0, total: 500 },
};
const identity = { config: 'new', owner: 'workflow:node', account: 'account' };

const row = (id: string, created_at: string) => ({
	...{ id, status: 'COMPLETED', created_at, updated_at: '2026-06-02T00:00:00Z' },
	...{ retry_count: 0, preemption_count: 0, completed_at: '2026-06-02T00:00:00Z' },
});

function eventsOf(state: State): string[] {
	const rows = [
		row('job_running', '2026-05-01T00:00:00Z'),
		row(reported.id, reported.created),
		row('job_new', '2026-06-01T12:00:00Z'),
		row('job_old', '2026-05-02T00:00:00Z'),
	];
	const observation = {
		...{ at: at('2026-06-02T00:01:00Z'), rows: new Map(rows.map((job) => [job.id, job])) },
		...{ notFound: new Set<string>(), unanswered: new Set<string>() },
		...{ place: { cycle: 1, list: 0, offset: 0 }, isWhole: false, hasMalformed: false, org: '' },
		...{ sweep: state.sweep, search: -1, isSearched: false },
	};
	const chosen = new Set(['completed'] as const);
	const { events } = decide(state, observation, { chosen, limits: LIMITS, hostTime: 0 });
	return events.map(({ event }) => event.id).sort();
}

test('the state of the first version is taken over: watching goes on where it was', () => {
	const state = takeOver({ state: stored, now: NOW }, 'old', identity)!;
	// Among jobs older than what was forgotten, the first version did not distinguish first runs.
	expect(eventsOf(state)).toEqual(['job_new:COMPLETED:0', 'job_running:COMPLETED:0']);
});

test.each([
	['a minute ago are emitted again', 60_000, ['job_new:COMPLETED:0', 'job_reported:COMPLETED:0']],
	['an hour ago are not', 3_600_000, ['job_new:COMPLETED:0']],
])('events of the first version that were unconfirmed %s', (_, age, expected) => {
	const { order, total, sweep, firstRuns } = stored;
	const unconfirmed = {
		since: NOW - age,
		at: NOW - age,
		undo: {
			...{ createdFloor: FLOOR, order, total, sweep, active: {} },
			firstRuns: { floor: FLOOR, added: firstRuns.entries, dropped: '' },
			retries: { floor: FLOOR, added: '', dropped: '' },
		},
	};
	const state = takeOver({ state: stored, unconfirmed, now: NOW }, 'old', identity)!;
	expect(eventsOf(state).filter((id) => !id.startsWith('job_running'))).toEqual(expected);
});

test.each([
	['of another configuration', stored, 'other'],
	['damaged', { ...stored, active: 7 }, 'old'],
	['of another version', { ...stored, version: 7 }, 'old'],
])('state that is %s is not', (_, state, config) => {
	expect(takeOver({ state, now: NOW }, config, identity)).toBeUndefined();
});
