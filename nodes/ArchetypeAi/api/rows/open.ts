import { inBlocks } from './blocks';
import { gunzipped } from './gunzip';
import { ENOUGH_BYTES, recognize } from './recognize';
import type { Encoding } from './recognize';
import { decoded } from './decode';
import { isEnough } from './dialect';
import type { Sample } from './dialect';
import type { NodeApiError } from 'n8n-workflow';

export type Fail = (problem: string) => NodeApiError;

/** A text file after its byte order mark, unpacked. */
export interface TextBytes {
	content: AsyncIterable<Buffer>;
	/** The encoding that a byte order mark states; undefined without one. */
	mark?: Encoding;
	markBytes: Buffer;
	isUnpacked: boolean;
}

/**
 * The bytes of a text file, judging by its first bytes: unpacked if they are gzip. With `isText`, the user
 * says that it is text, and zero bytes are no reason to refuse it.
 *
 * @throws the error that `fail` makes when it is not text.
 */
export async function openText(
	content: AsyncIterable<Buffer>,
	fail: Fail,
	isText = false,
): Promise<TextBytes> {
	const packed = await peeked(inBlocks(content), isRecognizable);
	if (recognize(packed.head).kind !== 'gzip') return textBytes(packed, false, fail, isText);
	return textBytes(
		await peeked(inBlocks(gunzipped(packed.content, fail)), isRecognizable),
		true,
		fail,
		isText,
	);
}

function textBytes({ head, content }: Peeked, isUnpacked: boolean, fail: Fail, isText: boolean) {
	const found = recognize(head);
	if (found.kind === 'gzip') throw fail('it is compressed with gzip twice');
	const isRefused = found.kind === 'other' && !(isText && found.isMaybeText === true);
	if (isRefused) throw fail(found.words);
	const { mark, markBytes = 0 } = found.kind === 'text' ? found : {};
	const rest = markBytes === 0 ? content : without(content, markBytes);
	return { content: rest, mark, markBytes: head.subarray(0, markBytes), isUnpacked };
}

const isRecognizable = ({ length }: Buffer): boolean => length >= ENOUGH_BYTES;

/** Content whose start has been examined. */
export interface Peeked {
	head: Buffer;
	isAll: boolean;
	/** All of it, including the head. */
	content: AsyncGenerator<Buffer>;
}

/** Content with enough of its start. */
export async function peeked(
	content: AsyncIterable<Buffer>,
	isEnough: (head: Buffer) => boolean,
): Promise<Peeked> {
	const chunks = content[Symbol.asyncIterator]();
	let head = Buffer.alloc(0) as Buffer;
	let isAll = false;
	while (!isAll && !isEnough(head)) {
		const { next, failed } = await tryNext(chunks);
		if (failed !== undefined) return { head, isAll, content: following(head, failed) };
		isAll = next.done === true;
		if (next.done !== true) head = Buffer.concat([head, next.value]);
	}
	return { head, isAll, content: following(head, chunks) };
}

type Tried<Value> =
	| { next: IteratorResult<Value>; failed?: undefined }
	| { next?: undefined; failed: AsyncIterator<never> };

/**
 * The next value, or an iterator that fails as this one did: what came before is still useful, and the
 * failure is thrown when its turn comes.
 */
async function tryNext<Value>(values: AsyncIterator<Value>): Promise<Tried<Value>> {
	let failure: unknown;
	try {
		return { next: await values.next() };
	} catch (error) {
		failure = error;
	}
	return { failed: failing(failure as Error) };
}

const failing = (failure: Error): AsyncIterator<never> => ({
	next: () => Promise.reject(failure),
});

/** A value followed by the rest of an iterator; ends the iterator when its reader stops. */
export async function* following<Value extends { length: number }>(
	first: Value,
	rest: AsyncIterator<Value>,
): AsyncGenerator<Value> {
	try {
		if (first.length > 0) yield first;
		for (let next = await rest.next(); next.done !== true; next = await rest.next()) {
			yield next.value;
		}
	} finally {
		await rest.return?.();
	}
}

/** Content after its first bytes. */
export async function* without(
	content: AsyncIterable<Buffer>,
	bytes: number,
): AsyncGenerator<Buffer> {
	let left = bytes;
	for await (const chunk of content) {
		if (left < chunk.length) yield chunk.subarray(left);
		left = Math.max(0, left - chunk.length);
	}
}

/** Text whose start has been examined, and all of it. */
export interface SampledText {
	sample: Sample;
	text: AsyncIterable<string>;
}

/** Text without leading byte order marks: concatenated files may have several. */
async function* withoutMarks(pieces: AsyncIterable<string>): AsyncGenerator<string> {
	let isStart = true;
	for await (const piece of pieces) {
		const text: string = isStart ? piece.replace(/^\ufeff+/, '') : piece;
		isStart &&= text === '';
		yield text;
	}
}

/** The bytes as text, with enough of its start to determine the dialect. */
export async function sampledText(
	{ content, mark }: TextBytes,
	encoding: Encoding | undefined,
	fail: Fail,
): Promise<SampledText> {
	const pieces = withoutMarks(
		decoded(content, mark ?? encoding ?? 'utf-8', fail, encoding !== undefined),
	);
	let text = '';
	let isAll = false;
	while (!isAll && !isEnough(text)) {
		const { next, failed } = await tryNext(pieces);
		if (failed !== undefined) return { sample: { text, isAll }, text: following(text, failed) };
		isAll = next.done === true;
		text += next.done === true ? '' : next.value;
	}
	return { sample: { text, isAll }, text: following(text, pieces) };
}
