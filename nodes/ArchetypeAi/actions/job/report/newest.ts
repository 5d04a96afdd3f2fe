import { lengthOf } from '../../../api/pages';
import type { List, Page } from '../../../api/pages';

/** Rows to read from either end of a list. */
const FROM_EACH_END = 100;

export interface NewestRows<Row> {
	/** Newest first. */
	rows: Row[];
	/** How many rows were checked, out of how many. */
	lookedAt: number;
	total: number;
}

/**
 * The newest rows of a list that is sorted newest or oldest first, it is not documented which: of a long list,
 * both ends are read.
 */
export async function newestRows<Row>(
	list: List<Row>,
	newestFirst: (a: Row, b: Row) => number,
): Promise<NewestRows<Row>> {
	const start = await list.page(0, FROM_EACH_END);
	const pages: Array<Page<Row>> = [start];
	const length = lengthOf(start);
	if (start.total > length && length > 0) {
		pages.push(await list.page(Math.max(start.total - length, length), length));
	}
	const rows = new Map(pages.flatMap((page) => page.rows).map((row) => [list.idOf(row), row]));
	const seen = [...rows.values()].sort(newestFirst);
	const malformed = pages.reduce((count, page) => count + (page.malformed?.length ?? 0), 0);
	const lookedAt = seen.length + malformed;
	return { rows: seen, lookedAt, total: Math.max(pages.at(-1)!.total, lookedAt) };
}
