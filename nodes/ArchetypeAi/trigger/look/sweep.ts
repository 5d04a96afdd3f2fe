import type { Edge } from '../decide/observation';
import type { State } from '../decide/state';
import type { Limits } from '../limits';
import { EdgeList } from './list';
import type { Requests } from './requests';

/** Rows that each page of the sweep shares with the previous one, so that shifts skip nothing. */
const OVERLAP = 4;

/** How many times in a row the sweep has failed, in this process. */
export interface SweepMemory {
	failed?: number;
}

/**
 * The next page of the sweep through the whole list, which shows what no cheaper request can. Returns
 * where to continue. A page that cannot be read while others can is skipped, by more each time.
 */
export async function sweepPage(
	requests: Requests,
	{ sweep, order }: Pick<State, 'sweep' | 'order'>,
	total: number,
	limits: Limits,
	memory: SweepMemory,
): Promise<State['sweep']> {
	// New jobs at the front have pushed the others back since the last page; deleted ones may have let
	// them move up.
	const shift = sweep.total === 0 ? 0 : total - sweep.total;
	const moved = Math.max(0, sweep.offset + (order === 'newest' ? shift : Math.min(0, shift)));
	const offset = moved < total ? moved : 0;
	const page = await requests.page('sweep', { offset, limit: limits.sweepRows });
	if (page === undefined) {
		if (requests.replies === 0) return sweep;
		memory.failed = (memory.failed ?? 0) + 1;
		const next = offset + limits.sweepRows * 2 ** Math.min(memory.failed - 1, 20);
		return { offset: next < total ? next : 0, total };
	}
	delete memory.failed;
	const isEnd = page.length === 0 || offset + page.length >= page.total;
	return { offset: isEnd ? 0 : offset + Math.max(1, page.length - OVERLAP), total: page.total };
}

/**
 * Looks for rows that the service counts but no place has shown, from the edge to the other end.
 * `missing`: how many are left. Returns where to continue, -1 when there is nothing to look for.
 */
export async function search(
	requests: Requests,
	edge: Edge,
	from: number,
	limits: Limits,
	missing: () => number,
): Promise<{ search: number; isSearched: boolean }> {
	const list = new EdgeList(requests, edge.order, 'sweep');
	let depth = Math.max(0, from);
	for (let pages = 0; missing() > 0; pages++) {
		if (depth >= edge.total) return { search: -1, isSearched: true };
		if (pages === limits.searchPages || !requests.hasTime('sweep'))
			return { search: depth, isSearched: false };
		const slice = await list.slice(depth, limits.pageRows, edge.total);
		const length = slice?.length ?? limits.pageRows;
		if (length === 0) return { search: -1, isSearched: true };
		depth += Math.max(1, length - OVERLAP);
	}
	return { search: -1, isSearched: false };
}
