import type { IDataObject } from 'n8n-workflow';

import { isTooDeep, MOST_LEVELS } from '../depth';
import { parseExactly } from './exactNumbers';
import { LONGEST_LINE } from './limits';

/**
 * The rows of JSONL, those that end within each piece of the text together. Empty lines are left out,
 * and lines that say that they failed (`prediction: null`, `error`) are rows like all others.
 * `onText` is called when a number comes as text, since a double would change it.
 *
 * @throws what `fail` makes of the problem where a line is no JSON object, or too long.
 */
export async function* jsonlRows(
	text: AsyncIterable<string>,
	hasReturns: boolean,
	fail: (problem: string) => Error,
	onText: () => void,
): AsyncGenerator<IDataObject[]> {
	let number = 0;
	for await (const lines of linesOf(text, hasReturns, fail)) {
		const rows: IDataObject[] = [];
		let failure: Error | undefined;
		for (const line of lines) {
			number++;
			if (line.trim() === '') continue;
			// Files that are put together may have byte order marks between them.
			const row = parsed(line.replace(/^\ufeff+/, ''), onText);
			const problem = problemOf(line, row);
			if (problem !== undefined) {
				failure = fail(`line ${number} ${problem}`);
				break;
			}
			rows.push(row!);
		}
		// What stands in front of a line that cannot be read is given all the same.
		yield rows;
		if (failure !== undefined) throw failure;
	}
}

/** What is wrong with a line; undefined for one that is a row. */
function problemOf(line: string, row: IDataObject | undefined): string | undefined {
	if (row === undefined && /^\s*\{\s*$/.test(line)) {
		return 'begins a JSON object that goes on in the next: each must stand in one line';
	}
	if (row === undefined) return `is not a JSON object: ${line.slice(0, 80)}`;
	// A bracket opens each level, and another one closes it.
	const mayBeDeep = line.length > 2 * MOST_LEVELS;
	return mayBeDeep && isTooDeep(row) ? `is nested deeper than ${MOST_LEVELS} levels` : undefined;
}

/** The lines that end within each piece. A lone CR ends one where `hasReturns`. */
async function* linesOf(
	text: AsyncIterable<string>,
	hasReturns: boolean,
	fail: (problem: string) => Error,
): AsyncGenerator<string[]> {
	const lineBreak = hasReturns ? /\r\n|\r|\n/ : '\n';
	/** What has come of the last line: put together once, however long it gets. */
	let begun: string[] = [];
	let length = 0;
	let ended = 0;
	for await (const piece of text) {
		const lines = piece.split(lineBreak);
		const rest = lines.pop()!;
		if (lines.length > 0) {
			begun.push(lines[0]!);
			lines[0] = begun.join('');
			ended += lines.length;
			yield lines;
			begun = [];
			length = 0;
		}
		begun.push(rest);
		length += rest.length;
		if (length > LONGEST_LINE) {
			throw fail(`line ${ended + 1} is longer than ${LONGEST_LINE} characters`);
		}
	}
	const last = begun.join('');
	if (last !== '') yield [last];
}

function parsed(line: string, onText: () => void): IDataObject | undefined {
	try {
		const value = parseExactly(line, onText);
		const isRow = typeof value === 'object' && value !== null && !Array.isArray(value);
		return isRow ? (value as IDataObject) : undefined;
	} catch {
		return undefined;
	}
}
