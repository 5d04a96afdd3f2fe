import type { IDataObject, NodeApiError } from 'n8n-workflow';

import { fileInfo, fileNameOf } from '../download/scope';
import type { DownloadScope } from '../download/scope';
import { storageError } from '../errors';
import type { Output } from '../schemas';
import { csvRecords } from './csv';
import { formatOf } from './format';
import type { Parts } from './parts';

export interface RowOptions {
	/** Columns to keep; all when empty. */
	columns: string[];
	/** Whether numbers in CSV become numbers; they stay text otherwise, as they were written. */
	parseNumbers: boolean;
}

/** A row of an output, with where it is from. */
export interface OutputRow {
	output: Output;
	/** Place of the row in its file, from 1. */
	number: number;
	row: IDataObject;
}

/**
 * The rows of some of the parts, one after the other in their order, as they arrive: CSV by its header, JSONL
 * by line. Lines that say that they failed (`prediction: null`, `error`) are rows like all others.
 * `onRead` is called for each part.
 *
 * @throws NodeApiError that names the file, and the line where one cannot be read.
 */
export async function* readRowsOf(
	scope: DownloadScope,
	parts: Parts,
	outputs: Output[],
	options: RowOptions,
	onRead: () => void,
): AsyncGenerator<OutputRow> {
	for (const output of outputs) formatOf(scope, output);
	for await (const { output, chunks } of parts.each(outputs, onRead)) {
		const text = decoded(chunks);
		const rows =
			formatOf(scope, output) === 'csv'
				? csvRows(text, options.parseNumbers)
				: jsonRows(text, (problem) => storageError(fileInfo(scope, output), problem));
		let number = 0;
		for await (const row of rows) {
			number++;
			yield { output, number, row: picked(row, options.columns) };
		}
	}
}

/** What stands beside the columns of a row, so that it can be traced to its file and input. */
export const sourceOf = ({ output, number }: OutputRow): IDataObject => ({
	_output_id: output.id,
	_filename: fileNameOf(output),
	_input_id: output.input_id ?? null,
	_row: number,
});

async function* decoded(content: AsyncIterable<Buffer>): AsyncGenerator<string> {
	// A byte order mark is left out, characters may be split between chunks.
	const decoder = new TextDecoder('utf-8');
	for await (const chunk of content) yield decoder.decode(chunk, { stream: true });
	yield decoder.decode();
}

async function* csvRows(
	text: AsyncIterable<string>,
	parseNumbers: boolean,
): AsyncGenerator<IDataObject> {
	let header: string[] | undefined;
	for await (const record of csvRecords(text)) {
		if (header === undefined) {
			header = record;
			continue;
		}
		const row: IDataObject = {};
		for (const [index, column] of header.entries()) {
			row[column] = parseNumbers ? asNumber(record[index] ?? '') : (record[index] ?? '');
		}
		yield row;
	}
}

async function* jsonRows(
	text: AsyncIterable<string>,
	fail: (problem: string) => NodeApiError,
): AsyncGenerator<IDataObject> {
	let number = 0;
	for await (const line of linesOf(text)) {
		number++;
		if (line.trim() === '') continue;
		const row = parsed(line);
		if (row === undefined) throw fail(`line ${number} is not a JSON object: ${line.slice(0, 80)}`);
		yield row;
	}
}

async function* linesOf(text: AsyncIterable<string>): AsyncGenerator<string> {
	let rest = '';
	for await (const chunk of text) {
		const lines = (rest + chunk).split('\n');
		rest = lines.pop() ?? '';
		yield* lines;
	}
	if (rest !== '') yield rest;
}

function parsed(line: string): IDataObject | undefined {
	try {
		const value: unknown = JSON.parse(line);
		const isRow = typeof value === 'object' && value !== null && !Array.isArray(value);
		return isRow ? (value as IDataObject) : undefined;
	} catch {
		return undefined;
	}
}

/** Only what is written the way JavaScript writes it: `007`, `1e400` and long ids stay text. */
function asNumber(field: string): string | number {
	const number = Number(field);
	return field !== '' && String(number) === field && Number.isFinite(number) ? number : field;
}

function picked(row: IDataObject, columns: string[]): IDataObject {
	if (columns.length === 0) return row;
	return Object.fromEntries(columns.map((column) => [column, row[column] ?? null]));
}
