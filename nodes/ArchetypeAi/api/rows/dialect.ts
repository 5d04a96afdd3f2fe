import { CsvParser } from './csv';
import type { Delimiter } from './csv';

/** How the rows of a file are written. */
export type Dialect =
	| { format: 'csv'; delimiter: Delimiter }
	| {
			format: 'jsonl';
			/** Whether a lone CR ends a line, as it does in JSON nowhere else. */ hasReturns: boolean;
	  };

export type Format = Dialect['format'];

export const DELIMITERS: Delimiter[] = [',', ';', '\t', '|'];

/** Characters that are looked at, and the lines behind the header. */
export const SAMPLE_CHARACTERS = 256 * 1024;
const SAMPLE_LINES = 100;

/**
 * How rows are written, by the first lines of a text: JSON objects, or the delimiter that splits the
 * header and the first hundred lines into the same number of fields, of which there are several.
 * Comma when several delimiters do, or none and the name says CSV. `hint` is the format that name and
 * type of the file say, `chosen` the delimiter that the user says.
 *
 * @throws what `fail` makes of the problem when these lines are neither.
 */
export function dialectOf(
	sample: Sample,
	hint: Format | undefined,
	chosen: Delimiter | undefined,
	fail: (problem: string) => Error,
): Dialect {
	const { text } = sample;
	const hasReturns = /^[^\n]*?\r(?!\n)/.test(text);
	const start = text.trimStart();
	if (start === '') return hint === 'jsonl' ? { format: hint, hasReturns } : commas(chosen);
	const markup = MARKUP.exec(start);
	if (markup !== null)
		throw fail(
			`it is ${/^<(\?xml|error)/i.test(markup[0]) ? 'XML' : 'a web page (HTML)'}: ${inOneLine(start)}`,
		);
	if (/^\{\s*["}]/.test(start)) return { format: 'jsonl', hasReturns };
	if (/^\[\s*\{/.test(start)) {
		throw fail('it holds one JSON array, and not a JSON object in each line');
	}

	const found = chosen ?? delimiterOf(sample, hint === 'csv' ? 1 : 2);
	if (found !== undefined || hint === 'csv') return commas(found);
	if (hint === 'jsonl') throw fail(`line 1 is not a JSON object: ${inOneLine(start)}`);
	throw fail(
		`rows can only be read from CSV and JSONL files, and its first line is neither: ${inOneLine(start)}`,
	);
}

/** The start of a text, and whether there is no more of it. */
export interface Sample {
	text: string;
	isAll: boolean;
}

/** Whether a text that starts like this is long enough to be told. */
export function isEnough(start: string): boolean {
	if (start.length >= SAMPLE_CHARACTERS) return true;
	let lines = 0;
	for (let at = start.indexOf('\n'); at >= 0; at = start.indexOf('\n', at + 1)) lines++;
	return lines > 4 * SAMPLE_LINES;
}

const MARKUP =
	/^<(?:!doctype|!--|\?xml|html|head|body|title|meta|script|style|div|p|h\d|pre|center|table|svg|error)\b/i;

const commas = (found: Delimiter | undefined): Dialect => ({
	format: 'csv',
	delimiter: found ?? ',',
});

/** The delimiter that splits at least so many records alike; undefined when none does. */
function delimiterOf(sample: Sample, leastRecords: number): Delimiter | undefined {
	const fitting = DELIMITERS.filter((delimiter) => {
		const counts = fieldCounts(sample, delimiter);
		const [first = 0] = counts;
		return counts.length >= leastRecords && first > 1 && counts.every((count) => count === first);
	});
	return fitting.length > 1 ? ',' : fitting[0];
}

/** Fields of the records at the start, each of which is there to its end. */
function fieldCounts({ text, isAll }: Sample, delimiter: Delimiter): number[] {
	const parser = new CsvParser(delimiter, (problem) => new Error(problem));
	try {
		const records = parser.push(text);
		if (isAll || records.length === 0) records.push(...parser.end());
		return records
			.filter(({ fields: [first = '', ...others] }) => others.length > 0 || first.trim() !== '')
			.slice(0, SAMPLE_LINES + 1)
			.map(({ fields }) => fields.length);
	} catch {
		return [];
	}
}

function inOneLine(text: string): string {
	const line = text.slice(0, 200).split(/[\r\n]/, 1)[0]!;
	return line.length > 80 ? `${line.slice(0, 80)}…` : line;
}
