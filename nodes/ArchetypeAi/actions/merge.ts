import { readRows } from '../api/pages';
import type { List } from '../api/pages';

/**
 * The rows of several lists as one, page by page, each row once, `limit` at most: how several
 * statuses are read from an endpoint that takes one. A row that moved from one list to the next is
 * kept as first seen.
 */
export async function* readMerged<Row>(
	lists: Array<List<Row>>,
	limit: number,
	concurrency: number,
): AsyncGenerator<Row[]> {
	const merged = new Set<string>();
	for (const list of lists) {
		if (merged.size >= limit) return;
		const left = limit - merged.size;
		for await (const rows of readRows(list, left, { concurrency, except: merged })) {
			for (const row of rows) merged.add(list.idOf(row));
			yield rows;
		}
	}
}

/**
 * One list for each chosen status, or the one list of all when none was chosen. They come in the
 * `order` that rows pass through them: a row that moves on while they are read is in a later list,
 * and never only in those already read.
 */
export function perStatus<Row>(
	list: (query: { status?: string }) => List<Row>,
	chosen: string | string[] = [],
	order: readonly string[],
): Array<List<Row>> {
	// An expression may give one status as a text.
	const statuses = [...new Set([chosen].flat())].filter(Boolean);
	if (statuses.length === 0) return [list({})];
	statuses.sort((a, b) => order.indexOf(a) - order.indexOf(b));
	return statuses.map((status) => list({ status }));
}
