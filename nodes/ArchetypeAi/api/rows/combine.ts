import type { IBinaryData } from 'n8n-workflow';

import { fileInfo, fileNameOf } from '../download/scope';
import type { DownloadScope } from '../download/scope';
import { store } from '../download/store';
import { contentError, storageError } from '../errors';
import type { Output } from '../outputs';
import { decoded } from './decode';
import { dialectOf, isEnough, separatorIn } from './dialect';
import type { Dialect } from './dialect';
import { formatHint } from './format';
import { endingWithBreak, splitHeader } from './lines';
import { openText, peeked, without } from './open';
import type { Fail } from './open';
import { once } from './parts';
import type { OnPart, Part, Parts } from './parts';
import { SameEncoding } from './sameEncoding';

/**
 * One file of several of the parts, in their order, streamed into n8n's binary store: CSV with one
 * header, JSONL line by line. The bytes of the rows are those of the parts; parts under gzip are
 * unpacked, and those in UTF-16 come in UTF-8. `on` is called for each part.
 *
 * @throws NodeApiError that names the part that cannot be read, is no table, or has another header.
 */
export async function combineOutputs(
	scope: DownloadScope,
	all: Parts,
	outputs: [Output, ...Output[]],
	fileName: string,
	on: OnPart,
): Promise<IBinaryData> {
	const rest = all.each(outputs, on);
	const opened = await rest.next();
	if (opened.done) throw storageError(fileInfo(scope, outputs[0]), 'it could not be opened');
	const first = await textPart(scope, opened.value);
	const format = first.dialect?.format ?? formatHint(first.output)?.format ?? 'csv';
	const chunks = combined(scope, withFirst(scope, first, rest), format);
	const fileType = format === 'csv' ? 'text/csv' : 'application/x-ndjson';
	return await store(scope, { chunks, body: opened.value.body }, fileName, fileType);
}

/** A part as text that can be put behind another one. */
interface TextPart {
	output: Output;
	/** Undefined when it holds nothing. */
	dialect?: Dialect;
	/** What stands in front of its content: a byte order mark, and a line that says the delimiter. */
	mark: Buffer;
	content: AsyncIterable<Buffer>;
	fail: Fail;
}

async function textPart(scope: DownloadScope, { output, chunks }: Part): Promise<TextPart> {
	const fail: Fail = (problem) => contentError(fileInfo(scope, output), problem);
	const { content: text, mark, markBytes } = await openText(chunks, fail);
	const isUtf16 = mark === 'utf-16le' || mark === 'utf-16be';
	const utf8 = isUtf16 ? encoded(decoded(text, mark, fail)) : text;
	// What tells dialects apart is ASCII.
	const ascii = (head: Buffer) => head.toString('latin1');
	const { head, isAll, content } = await peeked(utf8, (bytes) => isEnough(ascii(bytes)));
	const { text: start, told, length } = separatorIn(ascii(head));
	const isEmpty = isAll && start.trim() === '';
	const sample = { text: start, isAll };
	return {
		output,
		dialect: isEmpty ? undefined : dialectOf(sample, formatHint(output), told, fail),
		mark: Buffer.concat([isUtf16 ? Buffer.alloc(0) : markBytes, head.subarray(0, length)]),
		content: length > 0 ? without(content, length) : content,
		fail,
	};
}

async function* encoded(text: AsyncIterable<string>): AsyncGenerator<Buffer> {
	for await (const piece of text) yield Buffer.from(piece);
}

async function* withFirst(
	scope: DownloadScope,
	first: TextPart,
	rest: AsyncIterable<Part>,
): AsyncGenerator<TextPart> {
	yield first;
	for await (const part of rest) yield await textPart(scope, part);
}

async function* combined(
	scope: DownloadScope,
	parts: AsyncIterable<TextPart>,
	format: Dialect['format'],
): AsyncGenerator<Buffer> {
	const encoding = new SameEncoding();
	let first: { output: Output; header: Buffer } | undefined;
	for await (const { output, dialect, mark, content: bytes, fail } of parts) {
		// An empty part has nothing to compare.
		if (dialect === undefined) continue;
		if (dialect.format !== format) {
			const words = `it is not ${format.toUpperCase()} as they are`;
			throw unlike(scope, output, first?.output ?? output, words);
		}
		if (first === undefined) yield* once(mark);
		const content = encoding.of(output, bytes, (before, what) =>
			unlike(scope, output, before, what),
		);
		if (dialect.format === 'jsonl') {
			first ??= { output, header: Buffer.alloc(0) };
			yield* endingWithBreak(content);
			continue;
		}
		const { header, line, rest } = await splitHeader(content, dialect.delimiter, fail);
		if (first === undefined) {
			first = { output, header };
			yield* endingWithBreak(once(line));
		} else if (!header.equals(first.header)) {
			throw unlike(scope, output, first.output, `it has the header "${shortened(header)}"`);
		}
		yield* endingWithBreak(rest);
	}
}

function unlike(scope: DownloadScope, output: Output, first: Output, what: string): Error {
	const problem = `it cannot be combined with ${fileNameOf(first)}, since ${what}`;
	return contentError(fileInfo(scope, output), problem);
}

function shortened(header: Buffer): string {
	const words = header.toString('utf8');
	return words.length > 100 ? `${words.slice(0, 100)}…` : words;
}
