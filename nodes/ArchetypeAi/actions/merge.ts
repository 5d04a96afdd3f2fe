import type { IDataObject } from 'n8n-workflow';

import { readRows } from '../api/pages';
import type { List, Reading } from '../api/pages';

/**
 * The rows of several lists as one, page by page, each row once, at most `limit`: this is how several
 * statuses are read from an endpoint that accepts one. A row that moved from one list to the next is kept as
 * first seen.
 */
export async function* readMerged<Row>(
	lists: Array<List<Row>>,
	limit: number,
	reading: Reading,
): AsyncGenerator<Row[]> {
	const merged = new Set<string>();
	let isCut = false;
	const onCut = () => {
		isCut = true;
		reading.onCut?.();
	};
	for (const [index, list] of lists.entries()) {
		const left = limit - merged.size;
		if (left === 0) {
			if (!isCut && (await hasRows(lists.slice(index)))) reading.onCut?.();
			return;
		}
		for await (const rows of readRows(list, left, { ...reading, except: merged, onCut })) {
			for (const row of rows) merged.add(list.idOf(row));
			yield rows;
		}
	}
}

async function hasRows<Row>(lists: Array<List<Row>>): Promise<boolean> {
	for (const list of lists) {
		const { total } = await list.page(0, 1);
		if (total > 0) return true;
	}
	return false;
}

/**
 * One list for each status in the query, or a single list without any. They are read in the `order` in which
 * rows change status: a row that moves on meanwhile is in a later list, and never only in those already read.
 */
export function perStatus<Row>(
	list: (query: IDataObject) => List<Row>,
	{ status, ...query }: IDataObject,
	order: readonly string[],
): Array<List<Row>> {
	const statuses = (status ?? []) as string[];
	if (statuses.length === 0) return [list(query)];
	return order
		.filter((each) => statuses.includes(each))
		.map((each) => list({ ...query, status: each }));
}
