import type { Job } from '../../api/jobs';
import { isSorted } from '../../api/sorted';
import { createdAt } from '../decide/events';
import type { Order } from '../decide/state';

/**
 * How the service sorts a list by creation time, as far as a page shows. It promises no order, so the
 * order is inferred from the rows each time, and believed as long as the counts agree.
 */
export function orderOf(rows: Job[], isWhole: boolean): Order {
	if (isWhole) return 'whole';
	if (rows.length === 0) return 'unknown';
	const times = rows.map(createdAt);
	if (isSorted(times, -1)) return 'newest';
	return isSorted(times, 1) ? 'oldest' : 'unknown';
}

/** Whether all rows were created at the same moment, so that they show no order. */
export function isOneMoment(rows: Job[]): boolean {
	const times = rows.map(createdAt);
	return isSorted(times, 1) && isSorted(times, -1);
}
