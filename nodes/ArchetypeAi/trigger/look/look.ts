import type { Memory } from '../decide/memory';
import { STUCK } from '../decide/observation';
import type { Observation } from '../decide/observation';
import type { State } from '../decide/state';
import type { Limits } from '../limits';
import { ActiveJobs, readsWhole } from './active';
import { missing, readEdge } from './edge';
import type { EdgeTask } from './edge';
import { askById, dueJobs, RESERVED } from './ended';
import type { Requests } from './requests';
import { search, sweepPage } from './sweep';
import type { SweepMemory } from './sweep';

/** What a look continues from. */
export interface Before {
	/** Blank when watching begins. */
	state: State;
	isFirst: boolean;
	memory: Memory;
	limits: Limits;
	sweepMemory: SweepMemory;
}

/**
 * Looks at the service with as few requests as a decision needs:
 *
 * 1. the lists of active jobs: what is running now;
 * 2. the edge of the whole list, where new jobs appear: jobs that came and went between two looks;
 * 3. jobs that left the lists of active jobs, by ID: what ended;
 * 4. one page of the sweep through the whole list: what no cheap request can show.
 *
 * A quiet look costs six requests, however long the history. A place that fails or hangs costs only what
 * it would have shown; what was not reached is left to the next look and never dropped.
 */
export async function look(requests: Requests, before: Before): Promise<Observation> {
	const { state, isFirst, memory, limits, sweepMemory } = before;
	const active = new ActiveJobs(requests, state.round, memory.followed, limits);
	await active.read();

	const due = () => dueJobs(memory, state, active.place, requests);
	const task: EdgeTask = {
		...{ requests, memory, limits, due },
		state: isFirst ? undefined : state,
	};
	// When the service is slow, the edge may use all the time; the others must not wait for it.
	const isSlow = !isFirst && requests.isSlow;
	const isSweptEarly = isSlow || (!isFirst && state.owed > 0);
	const earlySweep = isSweptEarly
		? sweepPage(requests, state, state.total, limits, sweepMemory)
		: undefined;
	const earlyAsk = isSlow ? askById(requests, due(), state.lost, RESERVED) : undefined;
	const edge = await readEdge(task);
	const total = edge?.total ?? state.total;
	const hasMore = !isFirst && edge?.order !== 'whole';
	const left = () => (hasMore && edge?.left === 0 ? missing(task, edge) : 0);
	let sweep = (await earlySweep) ?? state.sweep;
	let searched = { search: edge?.isStuck ? STUCK : -1, isSearched: false };
	const walk = async () => {
		if (edge !== undefined && left() > 0) {
			searched = await search(requests, edge, state.search, limits, left);
		} else if (hasMore && earlySweep === undefined) {
			sweep = await sweepPage(requests, { ...state, ...edge }, total, limits, sweepMemory);
		}
	};
	const ask = earlyAsk ?? askById(requests, due(), state.lost, RESERVED);
	const [asked] = await Promise.all([ask, walk()]);
	await requests.end();

	const { place } = active;
	const isAtStart = place.list === 0 && place.offset === 0;
	return {
		...{ at: requests.at, rows: requests.rows, org: requests.org },
		hasMalformed: requests.malformed.size > 0,
		...asked,
		edge,
		place,
		isWhole: isAtStart ? readsWhole(memory.followed.size, total, limits) : state.round.isWhole,
		sweep,
		...searched,
	};
}
