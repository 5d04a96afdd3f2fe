import type { Job } from '../../api/jobs';
import { createdAt } from '../decide/events';
import type { Order } from '../decide/state';

/**
 * How the service sorts a list by the creation of its jobs, as far as a page shows: it promises no
 * order, so that is read off the rows each time, and believed as long as the counts agree.
 */
export function orderOf(rows: Job[], isWhole: boolean): Order {
	if (isWhole) return 'whole';
	if (rows.length === 0) return 'unknown';
	if (isSorted(rows, -1)) return 'newest';
	return isSorted(rows, 1) ? 'oldest' : 'unknown';
}

/** Whether the rows were all created at one moment, so that they show no order. */
export const isOneMoment = (rows: Job[]): boolean => isSorted(rows, 1) && isSorted(rows, -1);

function isSorted(rows: Job[], sign: 1 | -1): boolean {
	const times = rows.map(createdAt);
	return times.every((at, i) => i === 0 || sign * (at - (times[i - 1] ?? 0)) >= 0);
}
