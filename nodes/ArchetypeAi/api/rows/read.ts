import type { IDataObject, NodeApiError } from 'n8n-workflow';

import { fileInfo } from '../download/scope';
import type { DownloadScope } from '../download/scope';
import { contentError } from '../errors';
import type { Output } from '../schemas';
import { csvRecords } from './csv';
import { formatOf } from './format';
import type { Parts } from './parts';
import { sourceFields, sourceOf } from './source';
import type { SourceField } from './source';

export interface RowOptions {
	/** Columns to keep; all when empty. */
	columns: string[];
	/** Whether numbers in CSV become numbers; they stay text otherwise, as they were written. */
	parseNumbers: boolean;
	/** Whether each row says where it is from; those fields that `columns` names are there anyway. */
	includeSource: boolean;
}

/**
 * The rows of some of the parts, one after the other in their order, as they arrive: CSV by its
 * header, JSONL by line. Lines that say that they failed (`prediction: null`, `error`) are rows like
 * all others. `onRead` is called for each part.
 *
 * @throws NodeApiError that names the file, and the line where one cannot be read.
 */
export async function* readRowsOf(
	scope: DownloadScope,
	parts: Parts,
	outputs: Output[],
	options: RowOptions,
	onRead: () => void,
): AsyncGenerator<IDataObject> {
	const source = sourceFields(options.columns, options.includeSource);
	const columns = options.columns.filter((column) => !source.some((field) => field === column));
	for (const output of outputs) formatOf(scope, output);
	for await (const { output, chunks } of parts.each(outputs, onRead)) {
		const text = decoded(chunks);
		const fail: Fail = (problem) => contentError(fileInfo(scope, output), problem);
		const rows =
			formatOf(scope, output) === 'csv'
				? csvRows(text, options.parseNumbers, source, fail)
				: jsonRows(text, source, fail);
		let number = 0;
		for await (const row of rows) {
			number++;
			yield { ...picked(row, columns, options), ...sourceOf(output, number, source) };
		}
	}
}

/** UTF-8 as text, without a byte order mark. */
export async function* decoded(content: AsyncIterable<Buffer>): AsyncGenerator<string> {
	// Characters may be split between chunks.
	const decoder = new TextDecoder('utf-8');
	for await (const chunk of content) yield decoder.decode(chunk, { stream: true });
	yield decoder.decode();
}

type Fail = (problem: string) => NodeApiError;

async function* csvRows(
	text: AsyncIterable<string>,
	parseNumbers: boolean,
	reserved: SourceField[],
	fail: Fail,
): AsyncGenerator<IDataObject> {
	let columns: string[] | undefined;
	for await (const { fields, line } of csvRecords(text, fail)) {
		if (columns === undefined) {
			columns = columnNames(fields, reserved);
			continue;
		}
		if (fields.length > columns.length && fields.slice(columns.length).some(Boolean)) {
			throw fail(
				`line ${line} has ${fields.length} fields, but there are ${columns.length} columns`,
			);
		}
		const row: IDataObject = {};
		for (const [index, column] of columns.entries()) {
			row[column] = parseNumbers ? asNumber(fields[index] ?? '') : (fields[index] ?? '');
		}
		yield row;
	}
}

/** The names, each once and none of those that are reserved: others get `_2`, `_3` and so on. */
function columnNames(written: string[], reserved: SourceField[]): string[] {
	const taken = new Set<string>(reserved);
	const all = new Set(written);
	return written.map((name) => {
		let free = name;
		for (let number = 2; taken.has(free); number++) {
			const next = `${name}_${number}`;
			if (!all.has(next)) free = next;
		}
		taken.add(free);
		return free;
	});
}

async function* jsonRows(
	text: AsyncIterable<string>,
	reserved: SourceField[],
	fail: Fail,
): AsyncGenerator<IDataObject> {
	let number = 0;
	for await (const line of linesOf(text)) {
		number++;
		if (line.trim() === '') continue;
		const row = parsed(line);
		if (row === undefined) throw fail(`line ${number} is not a JSON object: ${line.slice(0, 80)}`);
		yield reserved.some((field) => field in row) ? renamed(row, reserved) : row;
	}
}

function renamed(row: IDataObject, reserved: SourceField[]): IDataObject {
	const fields = Object.keys(row);
	const names = columnNames(fields, reserved);
	return Object.fromEntries(fields.map((field, index) => [names[index]!, row[field]]));
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

const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

/** What is written as a number. `007`, `1e400` and long ids, which a number cannot hold, stay text. */
function asNumber(field: string): string | number {
	if (!NUMBER.test(field)) return field;
	const number = Number(field);
	const isLongId = /^-?\d+$/.test(field) && !Number.isSafeInteger(number);
	return Number.isFinite(number) && !isLongId ? number : field;
}

function picked(row: IDataObject, columns: string[], options: RowOptions): IDataObject {
	if (options.columns.length === 0) return row;
	return Object.fromEntries(columns.map((column) => [column, row[column] ?? null]));
}
