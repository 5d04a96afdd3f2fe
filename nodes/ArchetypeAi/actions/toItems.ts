import type { INodeExecutionData } from 'n8n-workflow';

import type { ItemOf } from '../api/row';

/** Items for rows; the router adds `pairedItem`. */
export const toItems = <Row>(
	rows: Row[],
	item: ItemOf<Row>,
	simplify: boolean,
): INodeExecutionData[] => rows.map((row) => ({ json: item(row, simplify) }));

/** Items for the rows of a list, made page by page, so that omitted fields are not kept in memory. */
export async function collectItems<Row>(
	pages: AsyncIterable<Row[]>,
	item: ItemOf<Row>,
	simplify: boolean,
): Promise<INodeExecutionData[]> {
	const items: INodeExecutionData[] = [];
	for await (const rows of pages) {
		// No spreading: a page may have more rows than a call can take arguments.
		for (const row of rows) items.push({ json: item(row, simplify) });
	}
	return items;
}
