import type { IDataObject } from 'n8n-workflow';

import { contentError } from '../files/errors';
import { safeNameOf } from '../files/remoteFile';
import { fileInfo } from '../files/transfer';
import type { Transfer } from '../files/transfer';
import type { RemoteFile } from '../files/remoteFile';
import { columnNames, setField } from './columns';
import type { ChosenColumns } from './columns';
import { csvRecords } from './csv';
import type { Delimiter } from './csv';
import { dialectOf, separatorIn } from './dialect';
import type { Dialect, Hint } from './dialect';
import type { Findings } from './findings';
import { formatHint } from './format';
import { withoutFormulas } from './formulas';
import { jsonlRows } from './jsonl';
import { numberReader } from './numbers';
import type { DecimalSeparator } from './numbers';
import { openText, sampledText } from './open';
import type { Fail } from './open';
import { Pace } from './pace';
import type { OnPart, Parts } from './parts';
import type { Encoding } from './recognize';

export interface RowOptions {
	columns: ChosenColumns;
	/** How to read numbers in CSV; if undefined, they stay text as written. */
	numbers?: DecimalSeparator;
	/** What the user says about the files; detected for each when undefined. */
	delimiter?: Delimiter;
	/** Applies when a file has no byte order mark. */
	encoding?: Encoding;
	findings: Findings;
	/** Whether to put a quote before what a spreadsheet treats as a formula. */
	defusesFormulas?: boolean;
	/** The fields that say where a row comes from, besides its columns. */
	source: readonly string[];
}

export interface FileRowOptions<File extends RemoteFile> extends RowOptions {
	/** The values of the fields of `source` for row `number` (from 1) of a file. */
	sourceOf(this: void, file: File, number: number): IDataObject;
}

/**
 * The rows of some of the parts, part by part in order, as they arrive, several at a time: CSV by its header,
 * JSONL by line. The first bytes and lines of a file decide what it is. `on` is called for each part.
 *
 * @throws NodeApiError that names the file, and the line if one cannot be read.
 */
export async function* readRowsOf<File extends RemoteFile>(
	transfer: Transfer,
	parts: Parts<File>,
	files: File[],
	options: FileRowOptions<File>,
	on: OnPart<File>,
): AsyncGenerator<IDataObject[]> {
	for await (const { file, chunks } of parts.each(files, on)) {
		const fail: Fail = (problem) => contentError(fileInfo(transfer, file), problem);
		const about = { name: safeNameOf(file), hint: formatHint(file) };
		let number = 0;
		for await (const rows of rowsIn(chunks, about, options, fail)) {
			if (options.source.length > 0) {
				for (const row of rows) Object.assign(row, options.sourceOf(file, ++number));
			}
			yield options.defusesFormulas === true ? rows.map(withoutFormulas) : rows;
		}
	}
}

/**
 * The rows in the bytes of one file, several at a time, with breaks in between for the rest of n8n.
 *
 * @throws the error that `fail` makes when they cannot be read.
 */
export async function* rowsIn(
	content: AsyncIterable<Buffer>,
	{ name, hint }: { name: string; hint?: Hint },
	options: RowOptions,
	fail: Fail,
): AsyncGenerator<IDataObject[]> {
	const { findings, encoding } = options;
	const bytes = await openText(content, fail, encoding !== undefined);
	const { sample, text: all } = await sampledText(bytes, encoding, fail);
	const { text: start, told, length } = separatorIn(sample.text);
	// The line break stays, so that lines are counted correctly.
	const text = length > 0 ? behind(all, length - 1) : all;
	const dialect = dialectOf({ ...sample, text: start }, hint, options.delimiter ?? told, fail);

	if (bytes.isUnpacked) findings.add('unpacked from gzip', name);
	if (bytes.mark?.startsWith('utf-16'))
		findings.add('read as UTF-16, according to its first bytes', name);
	if (options.delimiter === undefined) noteDelimiter(dialect, (words) => findings.add(words, name));
	const onText = () => findings.add(INEXACT, name);
	const rows =
		dialect.format === 'csv'
			? csvRows(text, dialect.delimiter, options, fail, (finding) => findings.add(finding, name))
			: jsonRows(jsonlRows(text, dialect.hasReturns, fail, onText), options);

	const pace = new Pace();
	for await (const some of rows) {
		if (some.length > 0) yield some;
		await pace.rest();
	}
}

/** Says how a file was read if that is not obvious. */
function noteDelimiter(dialect: Dialect, note: (finding: string) => void): void {
	if (dialect.format !== 'csv') return;
	const words = WORDS[dialect.delimiter];
	if (dialect.by === 'tie') {
		note(
			`read with ${words} between the fields, although others would split its first lines, too: see Delimiter`,
		);
	} else if (dialect.by === 'default') {
		note(
			`read with ${words} between the fields, although nothing splits its first lines alike: see Delimiter`,
		);
	} else if (dialect.delimiter !== ',') {
		note(`read with ${words} between the fields, as its first lines show`);
	}
}

/** Text after its first characters. */
async function* behind(pieces: AsyncIterable<string>, characters: number): AsyncGenerator<string> {
	let left = characters;
	for await (const piece of pieces) {
		yield piece.slice(left);
		left = Math.max(0, left - piece.length);
	}
}

const INEXACT = 'numbers that would not be exact are given as text, as they are written';
const SHORT = 'rows with fewer fields than the header got empty ones in their place';
const LONG = 'empty fields behind the last column were left out';

const WORDS: Record<Delimiter, string> = {
	',': 'commas',
	';': 'semicolons',
	'\t': 'tabs',
	'|': 'vertical bars',
};

async function* csvRows(
	text: AsyncIterable<string>,
	delimiter: Delimiter,
	{ columns: chosen, numbers, source }: RowOptions,
	fail: Fail,
	onFinding: (finding: string) => void,
): AsyncGenerator<IDataObject[]> {
	const toValue = numbers === undefined ? undefined : numberReader(numbers, onFinding, INEXACT);
	let width = 0;
	let columns: Array<{ name: string; place: number }> | undefined;
	for await (const records of csvRecords(text, delimiter, fail)) {
		const rows: IDataObject[] = [];
		let failure: Error | undefined;
		for (const { fields, line } of records) {
			if (columns === undefined) {
				width = fields.length;
				columns = chosen.ofTable(columnNames(fields, source, fail));
				continue;
			}
			if (fields.length > width && fields.slice(width).some(Boolean)) {
				const advice = width === 1 ? '. Choose its Delimiter in the options of Read Rows' : '';
				failure = fail(
					`line ${line} has ${fields.length} fields, but there are ${width} columns${advice}`,
				);
				break;
			}
			if (fields.length !== width) onFinding(fields.length < width ? SHORT : LONG);
			const row: IDataObject = {};
			for (const { name, place } of columns) {
				const field = place < 0 ? null : (fields[place] ?? '');
				setField(row, name, toValue && field !== null ? toValue(field) : field);
			}
			rows.push(row);
		}
		// What precedes an unreadable line is still yielded.
		yield rows;
		if (failure !== undefined) throw failure;
	}
}

async function* jsonRows(
	batches: AsyncIterable<IDataObject[]>,
	{ columns, source }: RowOptions,
): AsyncGenerator<IDataObject[]> {
	for await (const rows of batches) {
		yield rows.map((row) => {
			const isLikeSource = source.some((field) => Object.hasOwn(row, field));
			return columns.of(isLikeSource ? renamed(row, source) : row);
		});
	}
}

function renamed(row: IDataObject, reserved: readonly string[]): IDataObject {
	const fields = Object.keys(row);
	const names = columnNames(fields, reserved);
	return Object.fromEntries(fields.map((field, index) => [names[index]!, row[field]]));
}
