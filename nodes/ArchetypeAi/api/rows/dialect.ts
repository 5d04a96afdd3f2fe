import { CsvParser } from './csv';
import type { Delimiter } from './csv';

/** How the rows of a file are written. */
export type Dialect =
	| {
			format: 'csv';
			delimiter: Delimiter;
			/** How it is known. */ by: 'choice' | 'lines' | 'tie' | 'default';
	  }
	| {
			format: 'jsonl';
			/** Whether a lone CR ends a line, as it does in JSON nowhere else. */ hasReturns: boolean;
	  };

export type Format = Dialect['format'];

/** What the name and the type of a file say about it. */
export interface Hint {
	format: Format;
	/** The one implied by the extension, such as `.tsv`. */
	delimiter?: Delimiter;
}

export const DELIMITERS: Delimiter[] = [',', ';', '\t', '|'];

/** How much is examined: characters, and lines after the header. */
export const SAMPLE_CHARACTERS = 256 * 1024;
const SAMPLE_LINES = 100;

/**
 * How rows are written, judging by the first lines of a text: as JSON objects, or with the delimiter that
 * splits the header and the first hundred lines into the same number of fields, more than one. If several
 * delimiters do, the one of the file name counts, or else the comma; if none does and the name says CSV,
 * the comma. `hint` comes from the name and type of the file, `chosen` is the delimiter that the user or
 * the file states.
 *
 * @throws the error that `fail` makes when these lines are neither.
 */
export function dialectOf(
	sample: Sample,
	hint: Hint | undefined,
	chosen: Delimiter | undefined,
	fail: (problem: string) => Error,
): Dialect {
	const { text } = sample;
	const hasReturns = /^[^\n]*?\r(?!\n)/.test(text);
	const start = text.trimStart();
	const format = hint?.format;
	const isUnlikeRows = KNOWN_MARKUP.test(start);
	if (isUnlikeRows) throw fail(markupWords(start));
	if (start !== '' && /^\{\s*["}]/.test(start)) return { format: 'jsonl', hasReturns };
	if (isJsonList(sample)) {
		throw fail('it holds one JSON array, and not a JSON object in each line');
	}
	const [line = ''] = /^.*/.exec(start)!;
	if (isJsonArray(line)) {
		throw fail(`its lines hold JSON arrays, and not JSON objects: ${inOneLine(line)}`);
	}
	if (start === '' && format === 'jsonl') return { format, hasReturns };
	if (chosen !== undefined) return { format: 'csv', delimiter: chosen, by: 'choice' };
	if (start === '') return { format: 'csv', delimiter: ',', by: 'choice' };

	const fitting = delimitersOf(sample, format === 'csv' ? 1 : 2);
	if (fitting.length === 1) return { format: 'csv', delimiter: fitting[0]!, by: 'lines' };
	if (fitting.length > 1) {
		const ofName = fitting.find((delimiter) => delimiter === hint?.delimiter);
		return { format: 'csv', delimiter: ofName ?? ',', by: 'tie' };
	}
	if (MARKUP.test(start)) throw fail(markupWords(start));
	if (format === 'csv') {
		// A single column needs no delimiter, and no message about it.
		const isDivided = /^[^\r\n]*[,;\t|: ]/.test(start);
		return { format, delimiter: hint?.delimiter ?? ',', by: isDivided ? 'default' : 'lines' };
	}
	if (format === 'jsonl') throw fail(`line 1 is not a JSON object: ${inOneLine(start)}`);
	throw fail(
		`rows can only be read from CSV and JSONL files, and its first line is neither: ${inOneLine(start)}`,
	);
}

function markupWords(start: string): string {
	const isPage =
		/^<(?:!doctype html|!--|(?:html|head|body|title|meta|script|style|div|p|h\d|pre|center|table)\b)/i;
	return `it is ${isPage.test(start) ? 'a web page (HTML)' : 'XML'}: ${inOneLine(start)}`;
}

/** Whether a text is one JSON array: of objects or arrays, or of anything if it is complete. */
function isJsonList({ text, isAll }: Sample): boolean {
	return /^\s*\[\s*[[{]/.test(text) || (isAll && isJsonArray(text.trimStart()));
}

function isJsonArray(text: string): boolean {
	if (!text.startsWith('[')) return false;
	try {
		return Array.isArray(JSON.parse(text));
	} catch {
		return false;
	}
}

/** The line with which Excel begins a CSV, `sep=;`, and the text after it. */
export function separatorIn(start: string): { text: string; told?: Delimiter; length: number } {
	const [line = '', sign] = /^"?sep=(.)"?(?:\r\n|\n|\r)/i.exec(start) ?? [];
	const told = DELIMITERS.find((delimiter) => delimiter === sign);
	if (told === undefined) return { text: start, length: 0 };
	return { text: start.slice(line.length), told, length: line.length };
}

/** The start of a text, and whether it is complete. */
export interface Sample {
	text: string;
	isAll: boolean;
}

/** Whether a text that starts like this is long enough to classify. */
export function isEnough(start: string): boolean {
	if (start.length >= SAMPLE_CHARACTERS) return true;
	let lines = 0;
	for (let at = start.indexOf('\n'); at >= 0; at = start.indexOf('\n', at + 1)) lines++;
	return lines > 4 * SAMPLE_LINES;
}

const KNOWN_MARKUP =
	/^<(?:!doctype|!--|\?|(?:html|head|body|title|meta|script|style|div|p|h\d|pre|center|table|svg|error)\b)/i;
/** May also be a header such as `<DATE>,<TIME>`; it is markup only if nothing splits it. */
const MARKUP = /^<[a-z!?/][^<>]*>?/i;

/** The delimiters that split at least this many records into equal numbers of fields. */
function delimitersOf(sample: Sample, leastRecords: number): Delimiter[] {
	return DELIMITERS.filter((delimiter) => {
		const counts = fieldCounts(sample, delimiter);
		const [first = 0] = counts;
		return counts.length >= leastRecords && first > 1 && counts.every((count) => count === first);
	});
}

/** Field counts of the complete records at the start. */
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
