import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { NodeApiError } from 'n8n-workflow';
import { parse as csvParse } from 'csv-parse';
import Papa from 'papaparse';

import { ChosenColumns } from '../../../nodes/ArchetypeAi/api/rows/columns';
import type { Format } from '../../../nodes/ArchetypeAi/api/rows/dialect';
import { Findings } from '../../../nodes/ArchetypeAi/api/rows/findings';
import { rowsIn } from '../../../nodes/ArchetypeAi/api/rows/read';

/** Reads a file row by row as objects; returns the number of rows. */
export type Reader = (path: string) => Promise<number>;

const fail = (problem: string): NodeApiError => new Error(problem) as NodeApiError;

/** The node's reader, without the preceding download. */
export const ours =
	(format: Format): Reader =>
	async (path) => {
		const columns = new ChosenColumns([]);
		const options = { columns, findings: new Findings(), source: [] };
		let count = 0;
		const content = createReadStream(path) as AsyncIterable<Buffer>;
		for await (const rows of rowsIn(content, { name: path, hint: { format } }, options, fail)) {
			count += rows.length;
		}
		return count;
	};

export const ofCsvParse: Reader = async (path) => {
	let count = 0;
	const rows = createReadStream(path).pipe(csvParse({ columns: true }));
	for await (const row of rows) if (row !== undefined) count++;
	return count;
};

export const ofPapaparse: Reader = (path) =>
	new Promise((resolve, reject) => {
		let count = 0;
		Papa.parse<object>(createReadStream(path), {
			header: true,
			skipEmptyLines: true,
			step: () => void count++,
			complete: () => resolve(count),
			error: reject,
		});
	});

/** What one would write by hand for JSONL. */
export const ofReadline: Reader = async (path) => {
	let count = 0;
	for await (const line of createInterface({ input: createReadStream(path) })) {
		if ((JSON.parse(line) as unknown) !== undefined) count++;
	}
	return count;
};
