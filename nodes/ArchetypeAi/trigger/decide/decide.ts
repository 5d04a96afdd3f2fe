import type { Job } from '../../api/jobs';
import type { Limits } from '../limits';
import { createdAt, EVENT_STATUS, provenEvents } from './events';
import type { EventName, JobEvent } from './events';
import { packJobs } from './followed';
import { keyOf } from './hash';
import { undoOf } from './ledger';
import { Memory } from './memory';
import { believedUpTo, timeOf } from './observation';
import type { Edge, Observation } from './observation';
import { DUE, turn } from './round';
import type { State } from './state';

/** How long to look for a job that is not found, ms. */
const LOST_MS = 24 * 3_600_000;
/** How far apart the clocks of the service and of its rows may be, ms: a day each, plus a margin. */
const MOST_APART_MS = 50 * 3_600_000;
/** How many times its capacity a ledger may hold while jobs are owed. */
const MOST_CAPACITIES = 8;
/** Jobs to look for at the same time, at most. */
const MOST_LOST = 200;

export interface Detected {
	event: JobEvent;
	/** The previous status, or null when the job was never seen before. */
	previousStatus: string | null;
}

export interface Decision {
	/** Chosen events not reported yet, oldest first. */
	events: Detected[];
	/** The state to keep once they are reported. */
	state: State;
	/** Jobs that are no longer looked for. */
	givenUp: string[];
}

/** What a decision depends on besides the observation. */
export interface Terms {
	chosen: ReadonlySet<EventName>;
	limits: Limits;
	/** The host's clock, epoch ms, to measure durations. */
	hostTime: number;
	/** IDs known to this process of jobs for which the state holds only the key. */
	ids?: ReadonlyMap<string, string>;
}

/**
 * What changed between a state and an observation. Pure: no clock, no network.
 *
 * A job's row proves events (events.ts). An event is new when it is ahead of what was last seen of its
 * job (memory.ts). So it does not matter which request a row came from, or how often it is seen.
 */
export function decide(state: State, observation: Observation, terms: Terms): Decision {
	const { chosen, limits, hostTime, ids } = terms;
	const memory = new Memory(state, limits, ids);
	const now = believedUpTo(observation);
	const rows = inTurn(observation, memory);
	const events: Detected[] = [];
	let found = 0;

	for (const job of rows) {
		const known = memory.last(job.id);
		if (!memory.knows(job)) found++;
		let previousStatus = known?.status ?? null;
		for (const event of provenEvents(job)) {
			if (!chosen.has(event.name) || !memory.isNew(event, now)) continue;
			events.push({ event, previousStatus });
			previousStatus = EVENT_STATUS[event.name];
		}
		memory.keep(job, state.round.mark);
	}
	const lost = lostJobs(state, observation, memory, hostTime);
	const { round, isDue } = turn(
		{ ...state.round, isWhole: observation.isWhole },
		observation.place,
	);
	markDue(memory, observation, isDue);

	const { edge } = observation;
	const owed = owedAfter(state, observation, found);
	// Owed jobs were created after anything that may be forgotten, as far as there is room.
	const isFull = memory.newJobs.size > MOST_CAPACITIES * limits.newJobs;
	const mayForget = isFull ? Infinity : owed > 0 ? 0 : (edge?.readUpTo ?? 0);
	const count = (before: State['ends'], ledger: Memory['ends']) =>
		undoOf(before, ledger.store(-Infinity)).came;
	return {
		events: events.sort((a, b) => a.event.at - b.event.at || compare(a.event.id, b.event.id)),
		givenUp: lost.givenUp,
		state: {
			...state,
			org: observation.org || state.org,
			followed: packJobs(memory.followed),
			lost: lost.kept,
			newJobs: memory.newJobs.store(mayForget, count(state.newJobs, memory.newJobs)),
			ends: memory.ends.store(Infinity, count(state.ends, memory.ends)),
			...(edge && { order: edge.order, total: edge.total }),
			owed,
			left: edge?.left ?? state.left,
			search: observation.search,
			round,
			sweep: observation.sweep,
		},
	};
}

/** The state in which watching begins: everything seen so far existed before. */
export function begin(blank: State, observation: Observation, terms: Terms): State {
	const { edge } = observation;
	const now = timeOf(observation);
	const isSorted = edge?.order === 'newest' || edge?.order === 'oldest';
	// Rows away from the edge, which there was no time to read, say nothing about what exists.
	const isClean = edge?.readUpTo === Infinity && !observation.hasMalformed;
	const created = (edge?.rows ?? []).map(createdAt);
	// In a sorted list, everything beyond the page at the edge is older than the page. In a list read
	// whole, an unseen job is new, however old it claims to be.
	const oldest = isSorted && isClean ? Math.min(now, ...created) : now;
	const isWhole = edge?.order === 'whole' && isClean;
	// An empty list may be a service that is not up yet: what is far too old existed before.
	const whole = created.length === 0 ? now - MOST_APART_MS : 0;
	const floor = isWhole ? whole : oldest;
	const state = {
		...blank,
		startedAt: now,
		oldUpTo: Math.max(floor, ...created),
		newJobs: { floor, entries: '' },
		ends: { floor: now, entries: '' },
	};
	return { ...decide(state, observation, terms).state, owed: 0 };
}

/** The rows whose turn has come: new jobs still left are older than those that follow. */
function inTurn({ edge, rows }: Observation, memory: Memory): Job[] {
	const all = [...rows.values()];
	if (edge === undefined || edge.left === 0) return all;
	const read = new Set(edge.rows.map(({ id }) => id));
	return all.filter(
		(job) => read.has(job.id) || createdAt(job) <= edge.readUpTo || memory.last(job.id),
	);
}

/** Jobs that the service said do not exist: looked for until found, for a day. */
function lostJobs(
	state: State,
	{ rows, notFound }: Observation,
	memory: Memory,
	hostTime: number,
): { kept: State['lost']; givenUp: string[] } {
	const since = new Map(state.lost);
	for (const id of notFound) {
		const first = since.get(id) ?? hostTime;
		// Move it to the end, so that the others come first.
		since.delete(id);
		since.set(id, first);
	}
	const isOld = (at: number) => Math.abs(hostTime - at) > LOST_MS;
	const missing = [...since].filter(([id]) => !rows.has(id) && memory.follows(id) !== undefined);
	const kept = missing.filter(([, at]) => !isOld(at)).slice(-MOST_LOST);
	const keptIds = new Set(kept.map(([id]) => id));
	const givenUp = missing.map(([id]) => id).filter((id) => !keptIds.has(id));
	for (const id of givenUp) memory.giveUp(id, hostTime);
	// Lost jobs are tracked separately and are not due.
	for (const id of keptIds) memory.follows(id)!.mark = state.round.mark;
	return { kept, givenUp };
}

/** Marks jobs as due that were not where they should have been; unanswered ones come last. */
function markDue(
	memory: Memory,
	{ unanswered, rows }: Observation,
	isDue: (mark: string) => boolean,
): void {
	for (const job of memory.followed.values()) if (isDue(job.mark)) job.mark = DUE;
	for (const id of unanswered) {
		const key = keyOf(id);
		const job = memory.followed.get(key);
		if (job === undefined || rows.has(id)) continue;
		memory.followed.delete(key);
		memory.followed.set(key, job);
	}
}

/** Rows that the service counts beyond the previous ones and those found. */
function owedAfter(state: State, { edge, isSearched }: Observation, found: number): number {
	if (isSearched || edge?.order === 'whole') return 0;
	if (edge === undefined) return state.owed - found;
	if (edge.left > 0) return 0;
	// Rows may appear before they are counted, so a credit lasts until the next poll.
	return Math.max(owedBy(state, edge) - found, -found);
}

/** Rows owed before any is found. */
export function owedBy({ owed, left, total }: State, edge: Edge): number {
	const isGap = edge.readUpTo < Infinity;
	return owed + (isGap ? left : 0) + edge.total - total;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
