/** Order of rows in a list; `random` is shuffled, but stable across calls. */
export type ListOrder = 'newest' | 'oldest' | 'random';

/** A list that may be generated on read: `at` returns undefined outside `length`. */
export interface Rows<Row> {
	readonly length: number;
	at(index: number): Row | undefined;
}

/** Returns the rows `offset` to `offset + limit` of a list, as far as they exist. */
export function pageOf<Row>(rows: Rows<Row>, offset: number, limit: number): Row[] {
	const page: Row[] = [];
	for (let i = offset; i < Math.min(offset + limit, rows.length); i++) page.push(rows.at(i)!);
	return page;
}

/** Returns the list, kept oldest first, in another order. */
export function inOrder<Row>(rows: Rows<Row>, order: ListOrder): Rows<Row> {
	const { length } = rows;
	if (order === 'oldest') return rows;
	if (order === 'newest') return { length, at: (index) => rows.at(length - 1 - index) };
	return { length, at: (index) => rows.at(shuffled(index, length)) };
}

/** Returns the lists concatenated. */
export function concat<Row>(lists: Array<Rows<Row>>): Rows<Row> {
	return {
		length: lists.reduce((sum, list) => sum + list.length, 0),
		at(index) {
			if (index < 0) return undefined;
			for (const list of lists) {
				if (index < list.length) return list.at(index);
				index -= list.length;
			}
			return undefined;
		},
	};
}

/** Returns where `index` goes when `count` places are shuffled: each place is taken once. */
export function shuffled(index: number, count: number): number {
	if (index >= count) return index;
	let step = Math.floor(count * 0.618) || 1;
	while (greatestCommonDivisor(step, count) !== 1) step++;
	// BigInt-free: count stays below 2^26, so the product is exact.
	return (index * step + (count >> 1)) % count;
}

function greatestCommonDivisor(a: number, b: number): number {
	return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
