import type { INodeProperties } from 'n8n-workflow';

import { listOptions, optionsField } from '../fields/list';
import type { Parameters } from '../fields/parameters';

/** Negative when the first comes first. */
export type Compare<Row> = (a: Row, b: Row) => number;

/** Rows kept beyond the limit before the excess is dropped. */
const SPARE_ROWS = 1_000;

const orderOption: INodeProperties = {
	displayName: 'Order',
	name: 'order',
	type: 'options',
	options: [
		{ name: 'Newest First', value: 'desc' },
		{ name: 'Oldest First', value: 'asc' },
	],
	default: 'desc',
	description: 'Which come first, also within Limit. The whole list is read to sort it.',
};

/** Options of a list that is sorted here. */
export const orderedListOptions = optionsField([
	...(listOptions.options as INodeProperties[]),
	orderOption,
]);

/** The order chosen by the user, newest first by default. */
export const chosenOrder = <Row>(
	parameters: Parameters,
	oldestFirst: Compare<Row>,
): Compare<Row> =>
	parameters.within(orderedListOptions).choice(orderOption) === 'asc'
		? oldestFirst
		: (a, b) => oldestFirst(b, a);

/**
 * All rows in order, or the first `limit` of them; few more are kept in memory while the list is read.
 * `onCut` is called when there are more.
 */
export async function* inOrder<Row>(
	pages: AsyncIterable<Row[]>,
	{ compare, limit, onCut }: { compare: Compare<Row>; limit: number; onCut: () => void },
): AsyncGenerator<Row[]> {
	let kept: Row[] = [];
	let isCut = false;
	const drop = () => {
		kept.sort(compare);
		isCut ||= kept.length > limit;
		kept = kept.slice(0, limit);
	};
	for await (const rows of pages) {
		for (const row of rows) kept.push(row);
		if (kept.length > limit + SPARE_ROWS) drop();
	}
	drop();
	if (isCut) onCut();
	if (kept.length > 0) yield kept;
}
