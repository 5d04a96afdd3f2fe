import type { Job } from '../api/schemas';
import { createdAt } from './chronology';
import { EVENT_STATUS, isActive, provenEvents } from './events';
import type { EventName, JobEvent } from './events';
import { Ledger } from './ledger';
import { LIMITS } from './limits';
import type { Order } from './chronology';
import { NOT_FOUND } from './state';
import type { State } from './state';

/** How late a job may show up in the lists after its own `created_at`, ms. */
export const LATENESS_MS = 5 * 60_000;

/** What `observe` saw of the service. */
export interface Observation {
	/** The service's clock, epoch ms. */
	now: number;
	/** The newest row seen of each job. */
	jobs: Map<string, Job>;
	/** Tracked jobs that the service says do not exist. */
	gone: Set<string>;
	/** Tracked jobs that left the lists of active jobs and could not be looked at in time. */
	pending: Set<string>;
	/** Every job created up to here that the service shows has been looked at, epoch ms. */
	readUpTo: number;
	/** How the whole list is sorted, and how many rows it has. */
	order: Order;
	total: number;
	/** New jobs that could not be looked at in time. */
	left: number;
	sweep: State['sweep'];
}

export interface Detected {
	event: JobEvent;
	/** The status before, or null when the job was never seen before. */
	previousStatus: string | null;
}

/** Order of the statuses within one run: an event is news only when it is ahead of what was seen. */
const RANK: Record<string, number> = { PENDING: 0, ADMITTED: 1, RUNNING: 2, PREEMPTED: 2 };
const ENDED = 3;

/**
 * What changed between a state and an observation: the chosen events that were not delivered yet,
 * oldest first, and the state to keep once they are. Pure: no clock, no network.
 *
 * A job's row proves events (events.ts). One is delivered when it is not in its ledger and is ahead of
 * what was last seen of a tracked job, or later than the ledger's floor when it is of another. So it
 * does not matter which request a row came from, nor how often it is seen. First runs are told apart
 * by when the job was created, since jobs are looked at in that order; ends of retried jobs by their
 * time.
 */
export function watch(
	state: State,
	observation: Observation,
	chosen: ReadonlySet<EventName>,
	limits = LIMITS,
): { events: Detected[]; state: State } {
	const firstRuns = new Ledger(state.firstRuns, limits.firstRuns);
	const retries = new Ledger(state.retries, limits.retries);
	const events: Detected[] = [];

	for (const job of observation.jobs.values()) {
		const tracked = state.active[job.id];
		let previousStatus = tracked?.[0] ?? null;
		for (const event of provenEvents(job)) {
			if (!chosen.has(event.name)) continue;
			const [ledger, at] = event.attempt === 0 ? [firstRuns, createdAt(job)] : [retries, event.at];
			const isNews = !ledger.has(event.id) && (isAhead(event, tracked) ?? !ledger.covers(at));
			// What was told is remembered anew when its time has moved: a run that goes on starts later.
			if (isNews || !ledger.covers(at)) ledger.add(event.id, at);
			if (!isNews) continue;
			events.push({ event, previousStatus });
			previousStatus = EVENT_STATUS[event.name];
		}
	}

	const { readUpTo, left, now } = observation;
	// What has not been read must not fall behind what the ledgers cover: jobs that are left were
	// created later than that, and ended later still.
	const stored = firstRuns.store(readUpTo);
	const floor =
		left > 0 ? Math.max(state.createdFloor, readUpTo) : Math.min(readUpTo, now - LATENESS_MS);
	return {
		events: events.sort((a, b) => a.event.at - b.event.at || compare(a.event.id, b.event.id)),
		state: {
			...state,
			active: track(state, observation),
			firstRuns: stored,
			retries: retries.store(readUpTo),
			// What the ledger no longer tells apart need not be looked at again.
			createdFloor: Math.max(floor, stored.floor),
			order: observation.order,
			total: observation.total,
			sweep: observation.sweep,
		},
	};
}

/** Whether an event comes after what was last seen of its job; undefined when that does not tell. */
function isAhead(
	{ name, attempt, job }: JobEvent,
	tracked: State['active'][string] | undefined,
): boolean | undefined {
	if (tracked === undefined) return undefined;
	const [status, retries, preemptions] = tracked;
	if (attempt !== retries) return attempt > retries;
	if (name === 'preempted') return (job.preemption_count ?? 0) > preemptions;
	const isLater = rank(EVENT_STATUS[name]) > rank(status);
	// A run that was preempted had started, unless that was the run before; going on is no start.
	if (name === 'started' && isLater && preemptions > 0) return undefined;
	return isLater;
}

const rank = (status: string): number => RANK[status] ?? ENDED;

/** The jobs to look at next time: those active now, and those that could not be looked at. */
function track(state: State, { jobs, gone, pending }: Observation): State['active'] {
	const active: State['active'] = {};
	for (const id of pending) {
		const tracked = state.active[id];
		if (tracked !== undefined) active[id] = tracked;
	}
	// A gateway may answer that once in place of the service; a job that was deleted never comes back.
	for (const id of gone) {
		const tracked = state.active[id];
		if (tracked === undefined || tracked.includes(NOT_FOUND) || jobs.has(id)) continue;
		active[id] = [...tracked, NOT_FOUND];
	}
	for (const job of jobs.values()) {
		if (!isActive(job)) continue;
		const { retry_count, preemption_count } = job;
		const retries = retry_count ?? 0;
		const status = furthestStatus(job, retries, state.active[job.id]);
		active[job.id] = [status, retries, preemption_count ?? 0, createdAt(job)];
	}
	return active;
}

/** How far the present run has come: one that waits again after a preemption has been running. */
function furthestStatus(
	{ status }: Job,
	retries: number,
	tracked: State['active'][string] | undefined,
): string {
	const isSameRun = tracked?.[1] === retries;
	return isSameRun && rank(tracked[0]) > rank(status) ? tracked[0] : status;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
