import type { IDataObject, NodeApiError } from 'n8n-workflow';

import { ChosenColumns, Findings, rowsIn } from './product';
import type { Delimiter, Encoding } from './product';
import { FileProblem } from './property';

export const fail = (problem: string): NodeApiError =>
	new FileProblem(problem) as unknown as NodeApiError;

interface How {
	delimiter?: Delimiter;
	encoding?: Encoding;
	columns?: string[];
	numbers?: 'point' | 'comma';
}

/** The rows of a file as returned by Read Rows. */
export async function rowsOf(
	content: AsyncIterable<Buffer>,
	format: 'csv' | 'jsonl' | undefined,
	{ columns = [], ...how }: How = {},
): Promise<IDataObject[]> {
	const options = {
		...how,
		columns: new ChosenColumns(columns),
		findings: new Findings(),
		source: [],
	};
	const rows: IDataObject[] = [];
	const hint = format && { format };
	for await (const some of rowsIn(content, { name: 'x', hint }, options, fail)) {
		for (const row of some) rows.push(row);
	}
	return rows;
}
