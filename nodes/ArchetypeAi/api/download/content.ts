import { createHash } from 'node:crypto';
import type { IDataObject, IExecuteFunctions, NodeApiError } from 'n8n-workflow';

import type { OpenReply } from '../client';
import { networkError, storageError } from '../errors';
import { backoffMs, pause, withRetry } from '../retry';
import type { Attempt } from '../retry';
import type { Output } from '../schemas';
import { text } from '../text';
import { openFile } from './open';
import { fileInfo } from './scope';
import type { DownloadScope } from './scope';
import { untilSilent } from './silence';

/** A readable stream of the host. */
export type Body = Exclude<
	Parameters<IExecuteFunctions['helpers']['prepareBinaryData']>[0],
	Buffer
>;

/** The bytes of a file that has been opened. */
export interface Content {
	chunks: AsyncIterable<Buffer>;
	/** A stream of the host that lends its class to others, since no package may import it. */
	body: Body;
}

/** Connections in a row that bring nothing before a transfer is given up. */
const MAX_IDLE = 5;

/** What has come is of no use; another try from the start can help. */
export class DamagedContentError extends Error {
	constructor(readonly error: NodeApiError) {
		super(error.message);
	}
}

/**
 * Opens the file of an output, with its link renewed when it has expired or is refused, and returns
 * its whole content: it goes on after a break, with a range where the storage knows ranges, and
 * fails unless as many bytes came as `num_bytes` says, with the storage's checksum where it gives one.
 *
 * @throws NodeApiError that names the file when it cannot be opened.
 */
export async function openContent(scope: DownloadScope, output: Output): Promise<Content> {
	const reply = await withRetry(() => openFresh(scope, output), scope.client.limits);
	return { chunks: wholeContent(scope, output, reply), body: reply.body as Body };
}

/** One try to open with a fresh link; a refused link is renewed once. */
async function openFresh(
	scope: DownloadScope,
	output: Output,
	from?: { byte: number; etag?: string },
): Promise<Attempt<OpenReply, NodeApiError>> {
	const current = await scope.links.fresh(output);
	if (current === undefined) return noLongerListed(scope, output);
	const opened = await openFile(scope, current, from);
	if (opened.ok || opened.error.httpCode !== '403') return opened;

	const renewed = await scope.links.renew(current);
	return renewed === undefined
		? noLongerListed(scope, output)
		: await openFile(scope, renewed, from);
}

function noLongerListed(scope: DownloadScope, output: Output): Attempt<never, NodeApiError> {
	const error = storageError(fileInfo(scope, output), 'it is no longer listed by the job');
	return { ok: false, error, retryable: false };
}

async function* wholeContent(
	scope: DownloadScope,
	output: Output,
	reply: OpenReply,
): AsyncGenerator<Buffer> {
	const expected = output.data.num_bytes ?? contentLength(reply.headers);
	const etag = text(reply.headers.etag) || undefined;
	const md5 = md5OfEtag(etag) === undefined ? undefined : createHash('md5');
	let received = 0;
	let current: AsyncIterable<Buffer> = untilSilent(reply);

	for (let idle = 0; ;) {
		const before = received;
		const broken: { by?: unknown } = {};
		for await (const chunk of untilBroken(current, broken)) {
			received += chunk.length;
			md5?.update(chunk);
			yield chunk;
		}
		const isShort = expected !== undefined && received < expected;
		if (broken.by === undefined && !isShort) break;

		idle = received > before ? 0 : idle + 1;
		const stopped = idle >= MAX_IDLE || scope.client.limits.signal?.aborted === true;
		if (stopped && broken.by !== undefined) throw asNodeError(scope, output, broken.by);
		if (!stopped) await pause(backoffMs(idle + 1), scope.client.limits.signal);
		const rest = stopped ? undefined : await continueFrom(scope, output, { byte: received, etag });
		if (rest === undefined) break;
		current = rest;
	}
	if (expected !== undefined && received !== expected) {
		const problem = `${received} bytes arrived instead of ${expected}`;
		throw storageError(fileInfo(scope, output), problem);
	}
	if (md5 !== undefined && md5.digest('hex') !== md5OfEtag(etag)) {
		throw damaged(scope, output, 'its bytes do not match the checksum of the storage');
	}
}

/** The chunks of a stream; when it breaks, it ends and `broken.by` is what broke it. */
async function* untilBroken(
	source: AsyncIterable<Buffer>,
	broken: { by?: unknown },
): AsyncGenerator<Buffer> {
	try {
		yield* source;
	} catch (error) {
		broken.by = error;
	}
}

/**
 * The rest of the file: with a range where the storage knows ranges, else the whole file anew with
 * what has arrived already left out. Undefined when the storage has no more of it.
 */
async function continueFrom(
	scope: DownloadScope,
	output: Output,
	from: { byte: number; etag?: string },
): Promise<AsyncIterable<Buffer> | undefined> {
	const wanted = from.byte > 0 ? from : undefined;
	const opened = await withRetry<OpenReply | undefined>(async () => {
		const attempt = await openFresh(scope, output, wanted);
		const isAtEnd = !attempt.ok && attempt.error.httpCode === '416';
		return isAtEnd ? { ok: true, value: undefined } : attempt;
	}, scope.client.limits);
	if (opened === undefined) return undefined;

	const { statusCode, headers } = opened;
	const isRest =
		statusCode === 206 && text(headers['content-range']).startsWith(`bytes ${from.byte}-`);
	if (isRest) return untilSilent(opened);
	if (from.etag === undefined || text(headers.etag) === from.etag) {
		return without(untilSilent(opened), from.byte);
	}
	opened.giveUp();
	throw damaged(scope, output, 'it changed in the storage while it was being read');
}

/** A stream's chunks after its first `bytes`. */
async function* without(source: AsyncIterable<Buffer>, bytes: number): AsyncGenerator<Buffer> {
	let left = bytes;
	for await (const chunk of source) {
		if (left < chunk.length) yield chunk.subarray(left);
		left = Math.max(0, left - chunk.length);
	}
}

/** The MD5 in an ETag; those of files uploaded in parts (`…-7`) or encrypted are none. */
function md5OfEtag(etag: string | undefined): string | undefined {
	return /^"([0-9a-f]{32})"$/.exec(etag ?? '')?.[1];
}

function contentLength(headers: IDataObject): number | undefined {
	const length = Number(headers['content-length'] ?? NaN);
	return Number.isInteger(length) && headers['content-encoding'] === undefined ? length : undefined;
}

function damaged(scope: DownloadScope, output: Output, problem: string): DamagedContentError {
	return new DamagedContentError(storageError(fileInfo(scope, output), problem));
}

function asNodeError(scope: DownloadScope, output: Output, cause: unknown): NodeApiError {
	const origin = new URL(output.data.ref, scope.client.baseUrl).origin;
	return networkError(fileInfo(scope, output), cause, origin);
}
