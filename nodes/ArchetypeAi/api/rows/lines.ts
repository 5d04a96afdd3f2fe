const NEWLINE = 0x0a;
const QUOTE = 0x22;
const COMMA = 0x2c;
const CARRIAGE_RETURN = 0x0d;
const BOM = Buffer.from([0xef, 0xbb, 0xbf]);

/** Longest header, bytes: what has no line break within it is no table. */
const LONGEST_HEADER = 1024 * 1024;

export interface Headed {
	/** The first line without its line break and byte order mark, to be compared; empty without any. */
	header: Buffer;
	/** The first line as it is written. */
	line: Buffer;
	/** What follows it. */
	rest: AsyncIterable<Buffer>;
}

/**
 * Some content, split behind its first line that is not empty; empty ones in front of it are left
 * out. A header cell may contain line breaks when it is quoted. Undefined when there is no line break
 * within a megabyte; content without any is all header.
 */
export async function splitHeader(content: AsyncIterable<Buffer>): Promise<Headed | undefined> {
	const chunks = content[Symbol.asyncIterator]();
	let head = Buffer.alloc(0);
	while (head.length <= LONGEST_HEADER) {
		const next = await chunks.next();
		if (next.done !== true) head = Buffer.concat([head, next.value]);
		const first = firstLine(head, next.done === true);
		if (first === undefined) continue;

		const { line, end } = first;
		const header = withoutBom(withoutBreak(line));
		return { header, line, rest: following(head.subarray(end), chunks) };
	}
	return undefined;
}

/**
 * The first line that is not empty, with its line break, and where it ends; undefined while its end
 * may still come.
 */
function firstLine(bytes: Buffer, isAll: boolean): { line: Buffer; end: number } | undefined {
	const textStart = bytes.length - withoutBom(bytes).length;
	let start = textStart;
	for (;;) {
		if (bytes[start] === NEWLINE) start += 1;
		else if (bytes[start] === CARRIAGE_RETURN && bytes[start + 1] === NEWLINE) start += 2;
		else break;
	}
	const lineBreak = lineBreakAfter(bytes, start);
	if (lineBreak < 0 && !isAll) return undefined;
	const end = lineBreak < 0 ? bytes.length : lineBreak + 1;
	return { line: bytes.subarray(start === textStart ? 0 : start, end), end };
}

/** Position of the first line break outside quotes, or -1. Quotes open only where a field starts. */
function lineBreakAfter(bytes: Buffer, start: number): number {
	let isQuoted = false;
	for (let at = start; at < bytes.length; at++) {
		const byte = bytes[at];
		if (isQuoted) {
			if (byte !== QUOTE) continue;
			if (bytes[at + 1] === QUOTE) at++;
			else isQuoted = false;
		} else if (byte === NEWLINE) {
			return at;
		} else if (byte === QUOTE) {
			isQuoted = at === start || bytes[at - 1] === COMMA;
		}
	}
	return -1;
}

async function* following(first: Buffer, chunks: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
	if (first.length > 0) yield first;
	for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) {
		yield next.value;
	}
}

/** Content that ends with a line break, unless it is empty. */
export async function* endingWithBreak(content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
	let last: number | undefined;
	for await (const chunk of content) {
		last = chunk.at(-1) ?? last;
		yield chunk;
	}
	if (last !== undefined && last !== NEWLINE) yield Buffer.from('\n');
}

/** Content without the byte order mark that it may start with. */
export async function* contentWithoutBom(content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
	let start = Buffer.alloc(0);
	for await (const chunk of content) {
		if (start.length >= BOM.length) {
			yield chunk;
			continue;
		}
		start = Buffer.concat([start, chunk]);
		if (start.length >= BOM.length) yield withoutBom(start);
	}
	if (start.length < BOM.length) yield start;
}

const withoutBom = (bytes: Buffer): Buffer =>
	bytes.subarray(0, BOM.length).equals(BOM) ? bytes.subarray(BOM.length) : bytes;

function withoutBreak(line: Buffer): Buffer {
	const end = line.at(-1) === NEWLINE ? line.length - 1 : line.length;
	return line.subarray(0, line[end - 1] === CARRIAGE_RETURN ? end - 1 : end);
}
