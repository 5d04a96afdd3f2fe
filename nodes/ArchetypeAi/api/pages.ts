import type { INode } from 'n8n-workflow';

import { usageError } from './errors';

/** The largest page known to be served; a server that gives fewer rows is followed. */
export const MAX_PAGE_SIZE = 100;
/** Pages in a row without a new row after which a list is taken to be going in circles. */
const MAX_STALE_PAGES = 20;
/** How often a list is read again from its start because rows moved ahead of the reader. */
const MAX_EXTRA_PASSES = 3;

export interface Page<Row> {
	/** Rows that match, as the service counts them at this moment. */
	total: number;
	rows: Row[];
	/** The service's clock at this moment, epoch ms. */
	at: number;
}

/** A list of the service, with its filters. */
export interface List<Row> {
	/** One page: `limit` rows from `offset`, or fewer where the service clamps. */
	page: (offset: number, limit: number) => Promise<Page<Row>>;
	/** What identifies a row. */
	idOf: (row: Row) => string;
	/** For errors about the list as a whole. */
	about: { node: INode; path: string; itemIndex?: number };
}

/**
 * The rows of a list, each once, page by page; `limit` rows at most.
 *
 * Rows come and go while pages are read. Each page therefore starts with the last row of the one
 * before: when that row is not among those already read, rows in front of it were deleted and
 * reading goes on from further left. Rows that were inserted push known rows into the next page,
 * where they are dropped. When the end is reached with fewer rows than the service counts, rows
 * moved to where the reader had been, and the list's start is read once more.
 *
 * @throws NodeOperationError when the service repeats rows instead of sending the ones it counts.
 */
export async function* readRows<Row>(list: List<Row>, limit = Infinity): AsyncGenerator<Row[]> {
	const seen = new Set<string>();
	let offset = 0;
	let extraPasses = 0;
	let stalePages = 0;
	let repeatedPages = 0;

	while (seen.size < limit) {
		const overlap = offset > 0 ? 1 : 0;
		const start = offset - overlap;
		const wanted = Math.min(MAX_PAGE_SIZE, limit - seen.size + overlap);
		const page = await list.page(start, wanted);

		const first = page.rows[0];
		const anchored = start === 0 || (first !== undefined && seen.has(list.idOf(first)));
		const fresh = distinct(page.rows, list.idOf).filter((row) => !seen.has(list.idOf(row)));
		const take = fresh.slice(0, limit - seen.size);
		for (const row of take) seen.add(list.idOf(row));
		if (take.length > 0) yield take;

		stalePages = fresh.length > 0 ? 0 : stalePages + 1;
		if (fresh.length > 0) repeatedPages = 0;
		else if (extraPasses === 0 && page.rows.length > overlap) repeatedPages++;
		if (stalePages > MAX_STALE_PAGES) throw goingInCircles(list, seen.size, page.total);

		const counted = seen.size >= page.total;
		const endOfExtraPass = extraPasses > 0 && fresh.length === 0;
		const endAgain = page.rows.length <= overlap && stalePages > 1;
		if (endOfExtraPass || (endAgain && !counted)) {
			// Known rows came where others were asked for, and the service counts more than it sent.
			if (repeatedPages > 0 && !counted) throw goingInCircles(list, seen.size, page.total);
			return;
		}

		if (!anchored) {
			offset = Math.max(0, Math.min(start, page.total) - MAX_PAGE_SIZE);
		} else if (page.rows.length > overlap && start + page.rows.length < page.total) {
			offset = start + page.rows.length;
		} else if (counted || extraPasses >= MAX_EXTRA_PASSES) {
			return;
		} else {
			extraPasses++;
			offset = 0;
		}
	}
}

function goingInCircles<Row>({ about }: List<Row>, read: number, total: number): Error {
	return usageError(
		about.node,
		'The service keeps sending the same rows',
		`${read} of ${total} rows of ${about.path} were read. Try again later, or set a Limit.`,
		about.itemIndex,
	);
}

function distinct<Row>(rows: Row[], idOf: (row: Row) => string): Row[] {
	return [...new Map(rows.map((row) => [idOf(row), row])).values()];
}

/** All rows of `readRows` in one array. */
export async function readAll<Row>(list: List<Row>, limit = Infinity): Promise<Row[]> {
	const all: Row[] = [];
	for await (const rows of readRows(list, limit)) all.push(...rows);
	return all;
}
