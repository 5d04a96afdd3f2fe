import type { Job } from '../../api/jobs';
import { owedBy } from '../decide/decide';
import { createdAt } from '../decide/events';
import type { Memory } from '../decide/memory';
import type { Edge } from '../decide/observation';
import type { State } from '../decide/state';
import type { Limits } from '../limits';
import { Backlog } from './backlog';
import type { Read } from './backlog';
import type { JobPage } from '../source';
import { EdgeList } from './list';
import type { Slice } from './list';
import { isOneMoment, orderOf } from './order';
import type { Requests } from './requests';
import { join } from './strip';

/** Further pages to read from the edge before reading from the oldest new job up. */
const EDGE_PAGES = 2;
/** How late a job may appear in the lists after its `created_at`, ms. */
const LATENESS_MS = 5 * 60_000;
/** How many rows may be ahead of all others without affecting the time. */
const OUTLIERS = 2;
/** Ended jobs that a further page has to find to be worth it. */
const WORTH = 10;

/** Nothing is left between the edge and what was seen before. */
const WHOLE = { left: 0, readUpTo: Infinity };

/** What an edge is read for. */
export interface EdgeTask {
	requests: Requests;
	/** Undefined when watching begins. */
	state?: State;
	memory: Memory;
	limits: Limits;
	/** IDs of due jobs that no row has shown. */
	due: () => string[];
}

/**
 * The edge of the whole list, where new jobs appear: from the newest row up to one that an earlier look
 * has seen. With more new jobs than fit on a few pages, from the oldest new one up. Undefined when it
 * could not be read.
 */
export async function readEdge(task: EdgeTask): Promise<Edge | undefined> {
	const { state, limits, due } = task;
	const room = state === undefined ? limits.pageRows : limits.edgeRows + due().length;
	const limit = Math.min(limits.pageRows, room);
	const found = (await atKnownEnd(task, limit)) ?? (await atFront(task, limit));
	if (found === undefined) return undefined;
	const { list, slice } = found;
	const { order } = list;
	const edge = { order, rows: slice.rows, total: slice.total, ...WHOLE };
	if (found.isPart) return { ...edge, readUpTo: 0 };
	if (state === undefined) return await beginning(task, list, edge);
	if (order === 'whole' || order === 'unknown') return edge;
	return { ...edge, ...(await readDown(task, list, slice)) };
}

/**
 * Where watching begins, a short list is read whole: then the times in its rows do not matter. It is
 * complete when it has all rows that other lists have shown, and the count promises no more.
 */
async function beginning(task: EdgeTask, list: EdgeList, edge: Edge): Promise<Edge> {
	const { requests, limits } = task;
	const notWhole: Edge = edge.order === 'whole' ? { ...edge, order: 'unknown' } : edge;
	if (edge.total > limits.newJobs / 2) return notWhole;
	const seen = new Map(edge.rows.map((row) => [row.id, row]));
	let { total } = edge;
	let depth = edge.rows.length;
	while (depth < list.length && requests.hasTime('edge')) {
		const slice = await list.slice(Math.max(0, depth - 1), limits.pageRows, total);
		if (slice === undefined || slice.length < 2) break;
		for (const row of slice.rows) seen.set(row.id, row);
		total = slice.total;
		// A page shorter than expected may have left a gap: its length is known now.
		if (slice.depth < depth) depth = slice.depth + slice.length;
	}
	const isMissing = seen.size < total || [...requests.rows.keys()].some((id) => !seen.has(id));
	// A list read to its end that has not shown everything has no known order either.
	if (isMissing && depth >= list.length) return { ...edge, order: 'unknown' };
	if (isMissing || !requests.hasTime('edge')) return notWhole;
	const behind = await requests.page('edge', { offset: total, limit: limits.pageRows });
	if (behind === undefined || behind.length > 0) return notWhole;
	return { ...edge, order: 'whole', rows: [...seen.values()], total };
}

interface Found {
	list: EdgeList;
	slice: Slice;
	/** Whether the rows are not those of the edge, for lack of time. */
	isPart?: boolean;
}

/** If the list grew at its end at the last look, the edge is where it ended. */
async function atKnownEnd(task: EdgeTask, limit: number): Promise<Found | undefined> {
	const { requests, state, limits } = task;
	if (state?.order !== 'oldest') return undefined;
	const offset = Math.max(0, state.total + limits.newEdgeRows - limit);
	const page = await requests.page('edge', { offset, limit });
	if (page === undefined || orderOf(page.rows, false) !== 'oldest') return undefined;
	const isEnd = offset + page.length >= page.total;
	if (!isEnd) return await atEnd(task, page, offset);
	const list = new EdgeList(requests, 'oldest');
	return { list, slice: list.sliceOf(page, offset, limit) };
}

/** The end of a list that grows there; `page` shows how long it is, and how many rows a page has. */
async function atEnd({ requests }: EdgeTask, page: JobPage, at: number): Promise<Found> {
	const list = new EdgeList(requests, 'oldest');
	const limit = page.length;
	const offset = Math.max(0, page.total - limit);
	const end = await requests.page('edge', { offset, limit });
	if (end === undefined) return { list, slice: list.sliceOf(page, at, limit), isPart: true };
	return { list, slice: list.sliceOf(end, offset, limit) };
}

/** The first page of the list, which shows its order. */
async function atFront(task: EdgeTask, limit: number): Promise<Found | undefined> {
	const { requests } = task;
	const page = await requests.page('edge', { offset: 0, limit });
	if (page === undefined) return undefined;
	let order = orderOf(page.rows, page.length >= page.total);
	if (order === 'newest' && isOneMoment(page.rows)) {
		const other = await requests.page('edge', { offset: page.total - 1, limit: 1 });
		const [last] = other?.rows ?? [];
		const [first] = page.rows;
		if (last === undefined) order = 'unknown';
		else if (first && createdAt(last) > createdAt(first)) order = 'oldest';
	}
	if (order === 'oldest') return await atEnd(task, page, 0);
	const list = new EdgeList(requests, order);
	return { list, slice: list.sliceOf(page, 0, limit) };
}

/** Reads from the edge towards older jobs, as far as there can be new ones. */
async function readDown(task: EdgeTask, list: EdgeList, first: Slice): Promise<Read> {
	const { requests, limits, memory } = task;
	let { rows, total } = first;
	let end = first.depth + first.length;
	const come = total - (task.state?.total ?? 0) + (task.state?.left ?? 0);
	const isFar = come > (EDGE_PAGES + 1) * limits.pageRows;
	for (let pages = isFar ? EDGE_PAGES : 0; end < list.length; pages++) {
		const isSettled =
			isKnownAt(rows, task) && missing(task, { ...WHOLE, order: list.order, rows, total }) <= 0;
		const dueBefore = task.due().length;
		const looksForEnds =
			isSettled && dueBefore > 1 && pages < EDGE_PAGES && requests.leavesTimeFor('jobs by ID');
		if ((isSettled && !looksForEnds) || !requests.hasTime('edge')) break;
		if (pages === EDGE_PAGES) {
			if (isKnown(memory, rows.at(-1))) break;
			return await new Backlog(task, list, rows, end, total).read();
		}
		const slice = await list.slice(Math.max(0, end - 1), limits.pageRows, total);
		if (slice === undefined || slice.length === 0) break;
		const joined = join(rows, slice.rows);
		if (joined === undefined) {
			if (isKnown(memory, rows.at(-1))) break;
			return await new Backlog(task, list, rows, end, total).read();
		}
		rows = joined;
		total = slice.total;
		end = Math.max(end, slice.depth + slice.length);
		if (isSettled && dueBefore - task.due().length < WORTH) break;
	}
	if (end < list.length && !isKnown(memory, rows.at(-1))) {
		return await new Backlog(task, list, rows, end, total).read();
	}
	return { rows, total, ...WHOLE };
}

const isKnown = (memory: Memory, row: Job | undefined): boolean =>
	row !== undefined && memory.knows(row);

/** Whether a piece from the edge ends with seen rows that are older than any that may be late. */
function isKnownAt(rows: Job[], { memory, requests, state }: EdgeTask): boolean {
	const [beforeLast = rows.at(-1), last] = rows.slice(-2);
	if (!isKnown(memory, beforeLast) || !isKnown(memory, last ?? beforeLast)) return false;
	const times = rows.map(createdAt).sort((a, b) => b - a);
	const newest = times[Math.min(OUTLIERS, times.length - 1)] ?? 0;
	const late = Math.max(newest, requests.at) - LATENESS_MS;
	return (times.at(-1) ?? 0) <= Math.max(late, state?.oldUpTo ?? 0);
}

/** How many rows the service counts beyond the previous ones and those found. */
export function missing({ state, requests, memory }: EdgeTask, edge: Edge): number {
	if (state === undefined) return 0;
	const seen = new Map(requests.rows);
	for (const row of edge.rows) seen.set(row.id, row);
	const found = [...seen.values()].filter((row) => !memory.knows(row)).length;
	return owedBy(state, edge) - found;
}
