import type { IBinaryData } from 'n8n-workflow';

import { fileInfo, fileNameOf } from '../download/scope';
import type { DownloadScope } from '../download/scope';
import { store } from '../download/store';
import { contentError, storageError } from '../errors';
import type { Output } from '../schemas';
import { formatOf } from './format';
import { contentWithoutBom, endingWithBreak, splitHeader } from './lines';
import { once } from './parts';
import type { Part, Parts } from './parts';

/**
 * One file of several of the parts, in their order, streamed into n8n's binary store: CSV with one
 * header, JSONL line by line. The bytes of the rows are those of the parts. `onRead` is called for
 * each part.
 *
 * @throws NodeApiError that names the part that cannot be read, is no table, or has another header.
 */
export async function combineOutputs(
	scope: DownloadScope,
	all: Parts,
	outputs: [Output, ...Output[]],
	fileName: string,
	onRead: () => void,
): Promise<IBinaryData> {
	const [first] = outputs;
	const format = formatOf(scope, first);
	for (const output of outputs) {
		if (formatOf(scope, output) !== format)
			throw unlike(scope, output, first, 'another kind of file');
	}

	const rest = all.each(outputs, onRead);
	const opened = await rest.next();
	if (opened.done) throw storageError(fileInfo(scope, first), 'it could not be opened');
	const parts = withFirst(opened.value, rest);
	const chunks = format === 'csv' ? tables(scope, parts) : lines(parts);
	const fileType = format === 'csv' ? 'text/csv' : 'application/x-ndjson';
	return await store(scope, { chunks, body: opened.value.body }, fileName, fileType);
}

async function* withFirst(first: Part, rest: AsyncIterable<Part>): AsyncGenerator<Part> {
	yield first;
	yield* rest;
}

async function* lines(parts: AsyncIterable<Part>): AsyncGenerator<Buffer> {
	let isFirst = true;
	for await (const { chunks } of parts) {
		yield* endingWithBreak(isFirst ? chunks : contentWithoutBom(chunks));
		isFirst = false;
	}
}

async function* tables(scope: DownloadScope, parts: AsyncIterable<Part>): AsyncGenerator<Buffer> {
	let first: { output: Output; header: Buffer } | undefined;
	for await (const { output, chunks } of parts) {
		const headed = await splitHeader(chunks);
		if (headed === undefined) {
			throw contentError(fileInfo(scope, output), 'it has no header line, so it is no CSV table');
		}
		const { header, line, rest } = headed;
		// An empty part has no header to compare.
		if (header.length === 0) continue;
		if (first === undefined) {
			first = { output, header };
			yield* endingWithBreak(once(line));
		} else if (!header.equals(first.header)) {
			throw unlike(scope, output, first.output, `the header "${shortened(header)}"`);
		}
		yield* endingWithBreak(rest);
	}
}

function unlike(scope: DownloadScope, output: Output, first: Output, what: string): Error {
	const problem = `it cannot be combined with ${fileNameOf(first)}, since it has ${what}`;
	return contentError(fileInfo(scope, output), problem);
}

function shortened(header: Buffer): string {
	const words = header.toString('utf8');
	return words.length > 100 ? `${words.slice(0, 100)}…` : words;
}
