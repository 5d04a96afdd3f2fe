const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const BOM = Buffer.from([0xef, 0xbb, 0xbf]);

/** Longest header, bytes: what has no line break within it is no table. */
const LONGEST_HEADER = 1024 * 1024;

export interface Headed {
	/** The first line without its line break and byte order mark, to be compared. */
	header: Buffer;
	/** The first line as it is written. */
	line: Buffer;
	/** What follows it. */
	rest: AsyncIterable<Buffer>;
}

/**
 * Some content, split behind its first line. A header cell may contain line breaks when it is quoted.
 * Undefined when there is no line break within a megabyte; content without any is all header.
 */
export async function splitHeader(content: AsyncIterable<Buffer>): Promise<Headed | undefined> {
	const chunks = content[Symbol.asyncIterator]();
	let head = Buffer.alloc(0);
	while (head.length <= LONGEST_HEADER) {
		const next = await chunks.next();
		if (next.done !== true) head = Buffer.concat([head, next.value]);
		const end = endOfLine(head);
		if (end < 0 && next.done !== true) continue;

		const line = end < 0 ? head : head.subarray(0, end + 1);
		const header = withoutBom(withoutBreak(line));
		return { header, line, rest: following(head.subarray(line.length), chunks) };
	}
	return undefined;
}

/** Position of the first line break outside quotes, or -1. */
function endOfLine(bytes: Buffer): number {
	let quoted = false;
	for (let at = 0; at < bytes.length; at++) {
		if (bytes[at] === 0x22) quoted = !quoted;
		else if (bytes[at] === NEWLINE && !quoted) return at;
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

const withoutBom = (bytes: Buffer): Buffer =>
	bytes.subarray(0, BOM.length).equals(BOM) ? bytes.subarray(BOM.length) : bytes;

function withoutBreak(line: Buffer): Buffer {
	const end = line.at(-1) === NEWLINE ? line.length - 1 : line.length;
	return line.subarray(0, line[end - 1] === CARRIAGE_RETURN ? end - 1 : end);
}
