import type { Job } from '../../api/jobs';
import { createdAt } from './events';
import type { Place } from './round';
import type { Order, State } from './state';
import { time } from './time';

/** What a look at the service brought. A place that failed has just left its part as it was. */
export interface Observation {
	/** The service's clock by its replies, epoch ms; 0 when it did not say. */
	at: number;
	/** The newest row seen of each job. */
	rows: Map<string, Job>;
	/** Jobs that the service itself said it does not have, asked for by ID. */
	notFound: Set<string>;
	/** Jobs that were asked for by ID without an answer that helps. */
	unanswered: Set<string>;
	/** What the edge of the list showed; undefined when it could not be read. */
	edge?: Edge;
	/** Up to where the active jobs were read, and whether in the whole list. */
	place: Place;
	isWhole: boolean;
	sweep: State['sweep'];
	search: number;
	/** Whether a search from the edge has come to the other end of the list. */
	isSearched: boolean;
	/** Whether there were rows that could not be used. */
	hasMalformed: boolean;
	/** The organization whose jobs these are, '' when no row has it. */
	org: string;
}

/** In place of where a search goes on: there was no time to find the oldest new job. */
export const STUCK = -2;

export interface Edge {
	order: Order;
	total: number;
	/** Rows of the edge, as far as they were read without a gap. */
	rows: Job[];
	/** New jobs that there was no time for. */
	left: number;
	/** Up to when new jobs were read without a gap, by creation; Infinity when none is left. */
	readUpTo: number;
	/** Whether there was no time to find the oldest of those left. */
	isStuck?: boolean;
}

/** Rows whose times may be far ahead of all others without counting as the time; and how far, ms. */
const OUTLIERS = 2;
const FAR_MS = 6 * 3_600_000;
/** How far ahead of the service's time a row may be and still prove when something happened, ms. */
const MOST_AHEAD_MS = 5 * 60_000;

/**
 * The time by the clock of the rows, epoch ms: by the service's own clock, unless rows are ahead of
 * that. A few that are far ahead have a clock of their own, which does not count.
 */
export function timeOf({ at, rows }: Observation): number {
	const times = [...rows.values()].map(latestTime).sort((a, b) => b - a);
	const others = Math.max(at, times[Math.min(OUTLIERS, times.length - 1)] ?? 0);
	const believed = times.find((time) => time <= others + FAR_MS) ?? 0;
	return Math.max(others, believed);
}

/** Up to when times of rows are believed, epoch ms. */
export const believedUpTo = (observation: Observation): number =>
	timeOf(observation) + MOST_AHEAD_MS;

/** When a job last changed by its own clock, epoch ms. */
export const latestTime = (job: Job): number => Math.max(createdAt(job), time(job.updated_at));

/** Keeps the newest row of each job; of two equally old ones, the one read later. */
export function keepNewest(rows: Map<string, Job>, read: Job[]): void {
	for (const row of read) {
		const known = rows.get(row.id);
		if (known === undefined || time(row.updated_at) >= time(known.updated_at)) {
			rows.set(row.id, row);
		}
	}
}
