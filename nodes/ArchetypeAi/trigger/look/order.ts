import type { Job } from '../../api/jobs';
import { isSorted } from '../../api/sorted';
import { createdAt } from '../decide/events';
import type { Order } from '../decide/state';

/**
 * How the service sorts a list by the creation of its jobs, as far as a page shows: it promises no
 * order, so that is read off the rows each time, and believed as long as the counts agree.
 */
export function orderOf(rows: Job[], isWhole: boolean): Order {
	if (isWhole) return 'whole';
	if (rows.length === 0) return 'unknown';
	const times = rows.map(createdAt);
	if (isSorted(times, -1)) return 'newest';
	return isSorted(times, 1) ? 'oldest' : 'unknown';
}

/** Whether the rows were all created at one moment, so that they show no order. */
export function isOneMoment(rows: Job[]): boolean {
	const times = rows.map(createdAt);
	return isSorted(times, 1) && isSorted(times, -1);
}
