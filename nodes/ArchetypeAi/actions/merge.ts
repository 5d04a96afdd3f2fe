import { readRows } from '../api/pages';
import type { List } from '../api/pages';

/**
 * The rows of several lists as one, each row once, `limit` at most: how several statuses are read
 * from an endpoint that takes one. A row that moved from one list to the next is kept as first seen.
 */
export async function readMerged<Row>(lists: Array<List<Row>>, limit: number): Promise<Row[]> {
	const merged = new Map<string, Row>();
	for (const list of lists) {
		if (merged.size >= limit) break;
		for await (const rows of readRows(list, limit)) {
			for (const row of rows) {
				const id = list.idOf(row);
				if (merged.size < limit && !merged.has(id)) merged.set(id, row);
			}
			if (merged.size >= limit) break;
		}
	}
	return [...merged.values()];
}

/** One list for each status, or the one list of all statuses when none was chosen. */
export function perStatus<Row>(
	list: (query: { status?: string }) => List<Row>,
	statuses: string[] = [],
): Array<List<Row>> {
	return statuses.length === 0 ? [list({})] : statuses.map((status) => list({ status }));
}
