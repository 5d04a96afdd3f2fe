import { CsvParser } from './csv';
import type { Delimiter } from './csv';
import { LONGEST_HEADER } from './limits';
import { following } from './open';

const NEWLINE = 0x0a;
const RETURN = 0x0d;

export interface Headed {
	/** The first line without its line break, for comparison; empty if there is none. */
	header: Buffer;
	/** The first line as written. */
	line: Buffer;
	/** What follows it. */
	rest: AsyncIterable<Buffer>;
}

/**
 * CSV in any encoding that shares ASCII's commas and quotes, split after its first non-empty line; empty
 * lines before it are left out. A quoted header cell may contain line breaks. Content without any line break
 * is all header.
 *
 * @throws the error that `fail` makes when the line is longer than a megabyte.
 */
export async function splitHeader(
	content: AsyncIterable<Buffer>,
	delimiter: Delimiter,
	fail: (problem: string) => Error,
): Promise<Headed> {
	const chunks = content[Symbol.asyncIterator]();
	const parser = new CsvParser(delimiter, fail);
	const begun: Buffer[] = [];
	let bytes = 0;
	for (let isAll = false; ;) {
		const next = await chunks.next();
		isAll = next.done === true;
		if (next.done !== true) {
			begun.push(next.value);
			bytes += next.value.length;
			readOn(parser, next.value.toString('latin1'));
		}
		// The LF of a CRLF may be in the next chunk.
		const isFound = parser.firstEnd !== undefined && parser.firstEnd < bytes;
		if (isFound || isAll) return split(Buffer.concat(begun), parser.firstEnd ?? bytes, chunks);
		if (bytes > LONGEST_HEADER) {
			throw fail('it has no header line within a megabyte, so it is no CSV table');
		}
	}
}

/** Errors after the header do not matter here. */
function readOn(parser: CsvParser, text: string): void {
	let failure: Error | undefined;
	try {
		parser.push(text);
	} catch (error) {
		failure = error as Error;
	}
	if (failure !== undefined && parser.firstEnd === undefined) throw failure;
}

function split(head: Buffer, end: number, chunks: AsyncIterator<Buffer>): Headed {
	let start = 0;
	while (start < end && isBreak(head[start])) start++;
	let headerEnd = end;
	while (headerEnd > start && isBreak(head[headerEnd - 1])) headerEnd--;
	return {
		header: head.subarray(start, headerEnd),
		line: head.subarray(start, end),
		rest: following(head.subarray(end), chunks),
	};
}

const isBreak = (byte: number | undefined): boolean => byte === NEWLINE || byte === RETURN;

/** Content that ends with a line break, unless it is empty. */
export async function* endingWithBreak(content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
	let last: number | undefined;
	for await (const chunk of content) {
		last = chunk.at(-1) ?? last;
		yield chunk;
	}
	if (last !== undefined && !isBreak(last)) yield Buffer.from('\n');
}
