import type { Job } from '../../api/jobs';
import { createdAt } from './events';
import type { Place } from './round';
import type { Order, State } from './state';
import { time } from './time';

/** The result of a look at the service. A place that failed leaves its part unchanged. */
export interface Observation {
	/** The service's clock, from its replies, epoch ms; 0 when it did not say. */
	at: number;
	/** The newest row seen of each job. */
	rows: Map<string, Job>;
	/** Jobs requested by ID that the service itself said do not exist. */
	notFound: Set<string>;
	/** Jobs requested by ID without a conclusive answer. */
	unanswered: Set<string>;
	/** What the edge of the list showed; undefined when it could not be read. */
	edge?: Edge;
	/** How far the active jobs were read, and whether in the whole list. */
	place: Place;
	isWhole: boolean;
	sweep: State['sweep'];
	search: number;
	/** Whether a search from the edge has reached the other end of the list. */
	isSearched: boolean;
	/** Whether there were malformed rows. */
	hasMalformed: boolean;
	/** The organization that owns these jobs, '' when no row has it. */
	org: string;
}

/** In place of a search position: there was no time to find the oldest new job. */
export const STUCK = -2;

export interface Edge {
	order: Order;
	total: number;
	/** Rows of the edge, read without a gap. */
	rows: Job[];
	/** New jobs that there was no time to read. */
	left: number;
	/** Creation time up to which new jobs were read without a gap; Infinity when none is left. */
	readUpTo: number;
	/** Whether there was no time to find the oldest of those left. */
	isStuck?: boolean;
}

/** How many rows may be far ahead of all others without affecting the time; and how far, ms. */
const OUTLIERS = 2;
const FAR_MS = 6 * 3_600_000;
/** How far ahead of the service's time a row may be and still prove when something happened, ms. */
const MOST_AHEAD_MS = 5 * 60_000;

/**
 * The time by the clock of the rows, epoch ms: the service's own clock, unless rows are ahead of it. A
 * few rows that are far ahead have a wrong clock, which does not count.
 */
export function timeOf({ at, rows }: Observation): number {
	const times = [...rows.values()].map(latestTime).sort((a, b) => b - a);
	const others = Math.max(at, times[Math.min(OUTLIERS, times.length - 1)] ?? 0);
	const believed = times.find((time) => time <= others + FAR_MS) ?? 0;
	return Math.max(others, believed);
}

/** Up to when the times of rows are believed, epoch ms. */
export const believedUpTo = (observation: Observation): number =>
	timeOf(observation) + MOST_AHEAD_MS;

/** When a job last changed, by its own clock, epoch ms. */
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
