import type { IDataObject } from 'n8n-workflow';

import { isTooDeep, MOST_LEVELS } from '../depth';
import { parseExactly } from './exactNumbers';
import { LONGEST_LINE } from './limits';

/**
 * The rows of JSONL, grouped by the piece of text in which they end. Empty lines are left out; lines that
 * report a failure (`prediction: null`, `error`) are ordinary rows. `onText` is called when a number is kept
 * as text because a double would change it.
 *
 * @throws the error that `fail` makes when a line is not a JSON object, or is too long.
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
			// Concatenated files may have byte order marks between them.
			const row = parsed(line.replace(/^\ufeff+/, ''), onText);
			const problem = problemOf(line, row);
			if (problem !== undefined) {
				failure = fail(`line ${number} ${problem}`);
				break;
			}
			rows.push(row!);
		}
		// What precedes an unreadable line is still yielded.
		yield rows;
		if (failure !== undefined) throw failure;
	}
}

/** What is wrong with a line; undefined if it is a row. */
function problemOf(line: string, row: IDataObject | undefined): string | undefined {
	if (row === undefined && /^\s*\{\s*$/.test(line)) {
		return 'begins a JSON object that continues on the next line: each must be on one line';
	}
	if (row === undefined) return `is not a JSON object: ${line.slice(0, 80)}`;
	// Each level takes an opening and a closing bracket.
	const mayBeDeep = line.length > 2 * MOST_LEVELS;
	return mayBeDeep && isTooDeep(row) ? `is nested deeper than ${MOST_LEVELS} levels` : undefined;
}

/** The lines that end within each piece. A lone CR ends one if `hasReturns`. */
async function* linesOf(
	text: AsyncIterable<string>,
	hasReturns: boolean,
	fail: (problem: string) => Error,
): AsyncGenerator<string[]> {
	const lineBreak = hasReturns ? /\r\n|\r|\n/ : '\n';
	/** The pieces of an unfinished line: joined once, however long it gets. */
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
