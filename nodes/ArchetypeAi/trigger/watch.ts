import type { Job } from '../api/schemas';
import { createdAt } from './chronology';
import { EVENT_STATUS, isActive, provenEvents } from './events';
import type { EventName, JobEvent } from './events';
import { Ledger } from './ledger';
import type { Order } from './chronology';
import type { State } from './state';

/** First-run and retried events remembered one by one; about 28 KiB together. */
const FIRST_RUNS_KEPT = 1_500;
const RETRIES_KEPT = 500;

/** What `observe` saw of the service. */
export interface Observation {
	/** The service's clock, epoch ms. */
	now: number;
	/** The newest row seen of each job. */
	jobs: Map<string, Job>;
	/** Tracked jobs that no longer exist. */
	gone: Set<string>;
	/** Tracked jobs that left the lists of active jobs and could not be looked at in time. */
	pending: Set<string>;
	/** Every job created up to here has been looked at, epoch ms. */
	createdFloor: number;
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
 * A job's row proves events (events.ts). One is delivered when it is not in its ledger and either is
 * later than the ledger's floor, or is ahead of what was last seen of a tracked job. So it does not
 * matter which request a row came from, nor how often it is seen. First runs are told apart by when
 * the job was created, since jobs are looked at in that order; ends of retried jobs by their time.
 */
export function watch(
	state: State,
	observation: Observation,
	chosen: ReadonlySet<EventName>,
): { events: Detected[]; state: State } {
	const firstRuns = new Ledger(state.firstRuns, FIRST_RUNS_KEPT);
	const retries = new Ledger(state.retries, RETRIES_KEPT);
	const events: Detected[] = [];

	for (const job of observation.jobs.values()) {
		const tracked = state.active[job.id];
		let previousStatus = tracked?.[0] ?? null;
		for (const event of provenEvents(job)) {
			if (!chosen.has(event.name)) continue;
			const [ledger, at] = event.attempt === 0 ? [firstRuns, createdAt(job)] : [retries, event.at];
			const isNews = !ledger.covers(at) || isAhead(event, tracked);
			if (!isNews || ledger.has(event.id)) continue;
			ledger.add(event.id, at);
			events.push({ event, previousStatus });
			previousStatus = EVENT_STATUS[event.name];
		}
	}

	const stored = firstRuns.store();
	return {
		events: events.sort((a, b) => a.event.at - b.event.at || compare(a.event.id, b.event.id)),
		state: {
			...state,
			active: track(state, observation),
			firstRuns: stored,
			retries: retries.store(),
			// What the ledger no longer tells apart need not be looked at again.
			createdFloor: Math.max(observation.createdFloor, stored.floor),
			order: observation.order,
			total: observation.total,
			sweep: observation.sweep,
		},
	};
}

function isAhead(
	{ name, attempt, job }: JobEvent,
	tracked: State['active'][string] | undefined,
): boolean {
	if (tracked === undefined) return false;
	const [status, retries, preemptions] = tracked;
	if (attempt !== retries) return attempt > retries;
	// A run that was preempted had started; going on is not another start.
	if (name === 'started' && preemptions > 0) return false;
	if (name === 'preempted') return (job.preemption_count ?? 0) > preemptions;
	return (RANK[EVENT_STATUS[name]] ?? ENDED) > (RANK[status] ?? ENDED);
}

/** The jobs to look at next time: those active now, and those that could not be looked at. */
function track(state: State, { jobs, gone, pending }: Observation): State['active'] {
	const active: State['active'] = {};
	for (const id of pending) {
		const tracked = state.active[id];
		if (tracked !== undefined && !gone.has(id)) active[id] = tracked;
	}
	for (const job of jobs.values()) {
		if (!isActive(job)) continue;
		const { status, retry_count, preemption_count } = job;
		active[job.id] = [status, retry_count ?? 0, preemption_count ?? 0, createdAt(job)];
	}
	return active;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
