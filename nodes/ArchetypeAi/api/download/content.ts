import { createHash } from 'node:crypto';
import type { IExecuteFunctions, NodeApiError } from 'n8n-workflow';

import { isUrl } from '../client';
import { networkError, storageError } from '../errors';
import { backoffMs, pause, withRetry } from '../retry';
import type { Attempt } from '../retry';
import type { Output } from '../schemas';
import { text } from '../text';
import { openFile } from './open';
import type { FilePlace, OpenFile } from './open';
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
	chunks: AsyncGenerator<Buffer>;
	/** A stream of the host that lends its class to others, since no package may import it. */
	body: Body;
}

/** Connections in a row that bring nothing before a transfer is given up. */
const MAX_IDLE = 5;

/** Errors that say that what has come is of no use, while another try from the start can help. */
const damages = new WeakSet<Error>();

/**
 * Opens the file of an output, with its link renewed when it has expired or is refused, and returns
 * its whole content: it goes on after a break, with a range where the storage knows ranges, and
 * fails unless as many bytes came as `num_bytes` says, with the storage's checksum where it gives one.
 *
 * @throws NodeApiError that names the file when it cannot be opened.
 */
export async function openContent(scope: DownloadScope, output: Output): Promise<Content> {
	const file = await withRetry(() => openFresh(scope, output), scope.client.limits);
	return { chunks: wholeContent(scope, output, file), body: file.body as Body };
}

/**
 * What `work` makes of a file that it opens, or of another try when it arrived damaged.
 *
 * @throws whatever `work` throws.
 */
export async function untilIntact<Result>(
	scope: DownloadScope,
	work: () => Promise<Result>,
): Promise<Result> {
	return await withRetry(async () => {
		try {
			return { ok: true, value: await work() };
		} catch (error) {
			return { ok: false, error: error as Error, retryable: damages.has(error as Error) };
		}
	}, scope.client.limits);
}

/** One try to open with a fresh link; a refused link is renewed once. */
async function openFresh(
	scope: DownloadScope,
	output: Output,
	from?: FilePlace,
): Promise<Attempt<OpenFile, NodeApiError>> {
	const current = await scope.links.fresh(output);
	if (current === undefined) return noLongerListed(scope, output);
	const opened = await openFile(scope, current, from);
	if (opened.ok || !isRefusal(current, opened.error)) return opened;

	const renewed = await scope.links.renew(current);
	return renewed === undefined
		? noLongerListed(scope, output)
		: await openFile(scope, renewed, from);
}

/**
 * Whether a link may have expired. S3 answers 400 when the session that signed it ended before the
 * link, which `expires_at` does not show; Google's storage answers so to every link that expired.
 */
const isRefusal = ({ data }: Output, { httpCode }: NodeApiError): boolean =>
	isUrl(data.ref) && ['400', '401', '403'].includes(httpCode ?? '');

function noLongerListed(scope: DownloadScope, output: Output): Attempt<never, NodeApiError> {
	const error = storageError(fileInfo(scope, output), 'it is no longer listed by the job');
	return { ok: false, error, retryable: false };
}

async function* wholeContent(
	scope: DownloadScope,
	output: Output,
	file: OpenFile,
): AsyncGenerator<Buffer> {
	const expected = output.data.num_bytes ?? contentLength(file);
	const { version } = file;
	const md5 = scope.links.haveChecksums && file.md5 !== undefined ? createHash('md5') : undefined;
	let received = 0;
	let current: AsyncIterable<Buffer> = untilSilent(file);

	for (let idle = 0; ;) {
		const before = received;
		const broken: { by?: unknown } = {};
		for await (const chunk of untilBroken(current, broken)) {
			received += chunk.length;
			if (expected !== undefined && received > expected) {
				const problem = `it has more than the ${expected} bytes that the service counts`;
				throw storageError(fileInfo(scope, output), problem);
			}
			md5?.update(chunk);
			yield chunk;
		}
		const isShort = expected !== undefined && received < expected;
		if (broken.by === undefined && !isShort) break;

		idle = received > before ? 0 : idle + 1;
		const stopped = idle >= MAX_IDLE || scope.client.limits.signal?.aborted === true;
		if (stopped && broken.by !== undefined) throw asNodeError(scope, output, broken.by);
		if (!stopped) await pause(backoffMs(idle + 1), scope.client.limits.signal);
		const rest = stopped
			? undefined
			: await continueFrom(scope, output, { byte: received, version });
		if (rest === undefined) break;
		current = rest;
	}
	if (expected !== undefined && received !== expected) {
		const problem = `${received} bytes arrived instead of ${expected}`;
		throw storageError(fileInfo(scope, output), problem);
	}
	const digest = md5?.digest('hex');
	if (digest !== undefined && digest !== file.md5) await checkAgain(scope, output, digest);
}

/**
 * Looks what the storage sends when it is asked once more. Where that is what has come, its checksums
 * are none, and are not looked at again.
 *
 * @throws NodeApiError when something else comes, so that one of the two is damaged.
 */
async function checkAgain(scope: DownloadScope, output: Output, digest: string): Promise<void> {
	const file = await withRetry(() => openFresh(scope, output), scope.client.limits);
	const md5 = createHash('md5');
	for await (const chunk of untilBroken(untilSilent(file), {})) md5.update(chunk);
	if (md5.digest('hex') !== digest) {
		throw damage(scope, output, 'its bytes do not match the checksum of the storage');
	}
	scope.links.haveChecksums = false;
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
	from: FilePlace,
): Promise<AsyncIterable<Buffer> | undefined> {
	const wanted = from.byte > 0 ? from : undefined;
	const opened = await withRetry<OpenFile | undefined>(async () => {
		const attempt = await openFresh(scope, output, wanted);
		const isAtEnd = !attempt.ok && attempt.error.httpCode === '416';
		return isAtEnd ? { ok: true, value: undefined } : attempt;
	}, scope.client.limits);
	if (opened === undefined) return undefined;

	const { statusCode, headers, version } = opened;
	const isRest =
		statusCode === 206 && text(headers['content-range']).startsWith(`bytes ${from.byte}-`);
	const isSame =
		from.version === undefined || version === from.version || (isRest && version === undefined);
	if (isSame) return isRest ? untilSilent(opened) : without(untilSilent(opened), from.byte);
	opened.giveUp();
	throw damage(scope, output, 'it changed in the storage while it was being read');
}

/** A stream's chunks after its first `bytes`. */
async function* without(source: AsyncIterable<Buffer>, bytes: number): AsyncGenerator<Buffer> {
	let left = bytes;
	for await (const chunk of source) {
		if (left < chunk.length) yield chunk.subarray(left);
		left = Math.max(0, left - chunk.length);
	}
}

function contentLength({ headers }: OpenFile): number | undefined {
	const length = Number(headers['content-length'] ?? NaN);
	return Number.isInteger(length) ? length : undefined;
}

function damage(scope: DownloadScope, output: Output, problem: string): NodeApiError {
	const error = storageError(fileInfo(scope, output), problem);
	damages.add(error);
	return error;
}

function asNodeError(scope: DownloadScope, output: Output, cause: unknown): NodeApiError {
	const origin = new URL(output.data.ref, scope.client.baseUrl).origin;
	return networkError(fileInfo(scope, output), cause, origin);
}
