import type { IBinaryData } from 'n8n-workflow';

import { contentError, storageError } from '../files/errors';
import { safeNameOf } from '../files/remoteFile';
import { fileInfo } from '../files/transfer';
import type { Transfer } from '../files/transfer';
import { store } from '../files/store';
import type { RemoteFile } from '../files/remoteFile';
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
 * Several parts combined into one file, in order, streamed into n8n's binary store: CSV with one header,
 * JSONL line by line. The rows keep their bytes; gzip parts are unpacked, and UTF-16 parts converted to
 * UTF-8. `on` is called for each part.
 *
 * @throws NodeApiError that names the part that cannot be read, is not a table, or has another header.
 */
export async function combineFiles<File extends RemoteFile>(
	transfer: Transfer,
	all: Parts<File>,
	files: [File, ...File[]],
	fileName: string,
	on: OnPart<File>,
): Promise<IBinaryData> {
	const rest = all.each(files, on);
	const opened = await rest.next();
	if (opened.done) throw storageError(fileInfo(transfer, files[0]), 'it could not be opened');
	const first = await textPart(transfer, opened.value);
	const format = first.dialect?.format ?? formatHint(first.file)?.format ?? 'csv';
	const chunks = combined(transfer, withFirst(transfer, first, rest), format);
	const fileType = format === 'csv' ? 'text/csv' : 'application/x-ndjson';
	return await store(transfer, { chunks, body: opened.value.body }, fileName, fileType);
}

/** A part as text that can be appended to another. */
interface TextPart {
	file: RemoteFile;
	/** Undefined when it is empty. */
	dialect?: Dialect;
	/** What precedes its content: a byte order mark, and a line that names the delimiter. */
	mark: Buffer;
	content: AsyncIterable<Buffer>;
	fail: Fail;
}

async function textPart(transfer: Transfer, { file, chunks }: Part): Promise<TextPart> {
	const fail: Fail = (problem) => contentError(fileInfo(transfer, file), problem);
	const { content: text, mark, markBytes } = await openText(chunks, fail);
	const isUtf16 = mark === 'utf-16le' || mark === 'utf-16be';
	const utf8 = isUtf16 ? encoded(decoded(text, mark, fail)) : text;
	// Only ASCII characters distinguish the dialects.
	const ascii = (head: Buffer) => head.toString('latin1');
	const { head, isAll, content } = await peeked(utf8, (bytes) => isEnough(ascii(bytes)));
	const { text: start, told, length } = separatorIn(ascii(head));
	const isEmpty = isAll && start.trim() === '';
	const sample = { text: start, isAll };
	return {
		file,
		dialect: isEmpty ? undefined : dialectOf(sample, formatHint(file), told, fail),
		mark: Buffer.concat([isUtf16 ? Buffer.alloc(0) : markBytes, head.subarray(0, length)]),
		content: length > 0 ? without(content, length) : content,
		fail,
	};
}

async function* encoded(text: AsyncIterable<string>): AsyncGenerator<Buffer> {
	for await (const piece of text) yield Buffer.from(piece);
}

async function* withFirst(
	transfer: Transfer,
	first: TextPart,
	rest: AsyncIterable<Part>,
): AsyncGenerator<TextPart> {
	yield first;
	for await (const part of rest) yield await textPart(transfer, part);
}

async function* combined(
	transfer: Transfer,
	parts: AsyncIterable<TextPart>,
	format: Dialect['format'],
): AsyncGenerator<Buffer> {
	const encoding = new SameEncoding();
	let first: { file: RemoteFile; header: Buffer } | undefined;
	for await (const { file, dialect, mark, content: bytes, fail } of parts) {
		// An empty part has nothing to compare.
		if (dialect === undefined) continue;
		if (dialect.format !== format) {
			const words = `it is not ${format.toUpperCase()} as they are`;
			throw unlike(transfer, file, first?.file ?? file, words);
		}
		if (first === undefined) yield* once(mark);
		const content = encoding.of(file, bytes, (before, what) =>
			unlike(transfer, file, before, what),
		);
		if (dialect.format === 'jsonl') {
			first ??= { file, header: Buffer.alloc(0) };
			yield* endingWithBreak(content);
			continue;
		}
		const { header, line, rest } = await splitHeader(content, dialect.delimiter, fail);
		if (first === undefined) {
			first = { file, header };
			yield* endingWithBreak(once(line));
		} else if (!header.equals(first.header)) {
			throw unlike(transfer, file, first.file, `it has the header "${shortened(header)}"`);
		}
		yield* endingWithBreak(rest);
	}
}

function unlike(transfer: Transfer, file: RemoteFile, first: RemoteFile, what: string): Error {
	const problem = `it cannot be combined with ${safeNameOf(first)}, since ${what}`;
	return contentError(fileInfo(transfer, file), problem);
}

function shortened(header: Buffer): string {
	const words = header.toString('utf8');
	return words.length > 100 ? `${words.slice(0, 100)}…` : words;
}
