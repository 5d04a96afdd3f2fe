import { createHash } from 'node:crypto';
import { NodeApiError } from 'n8n-workflow';

import { storageError } from '../errors';
import { networkError } from '../networkErrors';
import { backoffMs, pause } from '../retry';
import type { Output } from '../outputs';
import { damage } from './damage';
import { isDecoded, problemOfEncoding, problemOfGrowth, storedLength } from './encoding';
import { extentOf } from './extent';
import { openFresh } from './fresh';
import type { FilePlace, OpenFile } from './open';
import { afterOverlap, OVERLAP_BYTES, Tail } from './overlap';
import { fileInfo } from './scope';
import type { DownloadScope } from './scope';
import { untilSilent } from './silence';
import { Slowness, TOO_SLOW } from './slow';

/** Connections in a row that bring nothing before a transfer is given up. */
const MAX_IDLE = 5;
/** The same where what comes cannot be decoded: it rarely can the next time. */
const MAX_IDLE_DAMAGED = 2;

type Fail = (problem: string) => NodeApiError;

/** A reply, and those of its bytes that are still wanted. */
interface Reply {
	file: OpenFile;
	chunks: AsyncIterable<Buffer>;
	/** Whether it began with the first byte of the file. */
	isWhole: boolean;
	/** Bytes of the whole file as it is stored, as this reply says. */
	total?: number;
	/** Whether the storage has no more than what has come. */
	isAtEnd?: boolean;
}

/**
 * The whole content of a file that has been opened: it goes on after a break, with a range where the
 * storage knows ranges. Fails unless as many bytes came as `num_bytes` and the storage say, with the
 * storage's checksum where it gives one. An object that is stored encoded comes decoded.
 */
export async function* wholeContent(
	scope: DownloadScope,
	output: Output,
	file: OpenFile,
): AsyncGenerator<Buffer> {
	const { version } = file;
	const fail: Fail = (problem) => storageError(fileInfo(scope, output), problem);
	const counted = output.data.num_bytes ?? undefined;
	const md5 = scope.links.haveChecksums && file.md5 !== undefined ? createHash('md5') : undefined;
	const tail = new Tail();
	const slowness = new Slowness();
	let current = firstReply(file, fail);
	let expected = counted ?? current.total;
	let isEncoded = false;
	let canRange = true;
	let received = 0;

	for (let idle = 0; ;) {
		const before = received;
		const broken: { by?: unknown } = {};
		let waitsSince = Date.now();
		for await (const chunk of untilBroken(current.chunks, broken)) {
			received += chunk.length;
			if (slowness.isTooSlow(chunk.length, Date.now() - waitsSince)) throw fail(TOO_SLOW);
			isEncoded ||= current.isWhole && isDecoded(current.file, received, false);
			const problem = isEncoded
				? problemOfGrowth(current.file, received)
				: problemOfMore(received, expected);
			if (problem !== undefined) throw fail(problem);
			md5?.update(chunk);
			tail.add(chunk);
			yield chunk;
			waitsSince = Date.now();
		}
		if (broken.by instanceof NodeApiError) throw broken.by;
		const hasEnded = broken.by === undefined;
		isEncoded ||= hasEnded && current.isWhole && isDecoded(current.file, received, true);
		const isShort = !isEncoded && expected !== undefined && received < expected;
		// A range may be shorter than was asked for: without a size, only the storage tells the end.
		const mayEnd = expected !== undefined || isEncoded || current.isWhole;
		if (hasEnded && !isShort && mayEnd) break;

		// Places in an object that is encoded are those of other bytes.
		if (isEncoded || isOtherBytes(broken.by)) canRange = false;
		idle = received > before ? 0 : idle + 1;
		const most = isOtherBytes(broken.by) ? MAX_IDLE_DAMAGED : MAX_IDLE;
		const stopped = idle >= most || scope.client.limits.signal?.aborted === true;
		if (stopped && !hasEnded) throw asNodeError(scope, output, broken.by);
		if (stopped) break;
		await pause(backoffMs(idle + 1), scope.client.limits.signal);
		const place = { byte: received, version, tail };
		current = await continueFrom(scope, output, place, canRange);
		if (current.isWhole && isEncoded && storedLength(current.file) !== storedLength(file)) {
			throw changed(scope, output);
		}
		if (current.total !== undefined && !isEncoded) {
			if (expected === undefined) expected = current.total;
			else if (counted === undefined && current.total !== expected) throw changed(scope, output);
		}
		if (current.isAtEnd !== true) continue;
		current.file.giveUp();
		break;
	}
	const problem = isEncoded
		? problemOfDecoded(received, counted, storedLength(current.file))
		: problemOfFewer(received, expected);
	if (problem !== undefined) throw fail(problem);
	const digest = isEncoded ? undefined : md5?.digest('hex');
	if (digest !== undefined && digest !== file.md5) await checkAgain(scope, output, digest);
}

const problemOfMore = (received: number, expected: number | undefined): string | undefined =>
	expected !== undefined && received > expected
		? `it has more than the ${expected} bytes that the service counts`
		: undefined;

const problemOfFewer = (received: number, expected: number | undefined): string | undefined =>
	expected !== undefined && received !== expected
		? `${received} bytes arrived instead of ${expected}`
		: undefined;

/** The service may count the bytes that are stored, or those that are meant. */
const problemOfDecoded = (
	received: number,
	counted: number | undefined,
	stored: number | undefined,
): string | undefined =>
	counted === undefined || counted === stored || counted === received
		? undefined
		: `${received} bytes arrived, ${stored} as they are stored, instead of the ${counted} that the service counts`;

function firstReply(file: OpenFile, fail: Fail): Reply {
	const extent = extentOf(file, 0);
	const problem = 'problem' in extent ? extent.problem : problemOfEncoding(file);
	if (!('problem' in extent) && problem === undefined) {
		return { file, chunks: untilSilent(file), total: extent.total, isWhole: true };
	}
	file.giveUp();
	throw fail(problem!);
}

/** The end of a range that did not belong to what had come. */
class OtherBytes extends Error {}

/** Whether a range brought other bytes, or such as the host could not decode. */
const isOtherBytes = (error: unknown): boolean =>
	error instanceof OtherBytes ||
	/^(Z_|ERR__)/.test((error as { code?: string } | undefined)?.code ?? '');

/**
 * Looks what the storage sends when it is asked once more. Where that is what has come, its checksums
 * are none, and are not looked at again.
 *
 * @throws NodeApiError when something else comes, so that one of the two is damaged.
 */
async function checkAgain(scope: DownloadScope, output: Output, digest: string): Promise<void> {
	const file = await scope.client.retry(() => openFresh(scope, output), { path: output.data.ref });
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
 * what has arrived already left out. Either begins with the last bytes that have come.
 *
 * @throws NodeApiError when it has changed meanwhile, or it cannot be told what came.
 */
async function continueFrom(
	scope: DownloadScope,
	output: Output,
	from: FilePlace & { tail: Tail },
	canRange: boolean,
): Promise<Reply> {
	const start = canRange ? Math.max(0, from.byte - OVERLAP_BYTES) : 0;
	const place = start > 0 ? { byte: start, version: from.version } : undefined;
	const { ref: path } = output.data;
	const file = await scope.client.retry(() => openFresh(scope, output, place), { path });
	const { statusCode, version } = file;
	if (statusCode === 416) {
		file.giveUp();
		throw changed(scope, output);
	}
	const extent = extentOf(file, start);
	if ('problem' in extent) {
		file.giveUp();
		if (start > 0 && extent.isPart) return await continueFrom(scope, output, from, false);
		throw storageError(fileInfo(scope, output), extent.problem);
	}
	const isWhole = extent.start === 0;
	const isSame =
		from.version === undefined || version === from.version || (!isWhole && version === undefined);
	if (!isSame) {
		file.giveUp();
		throw changed(scope, output);
	}
	const other = () => (isWhole ? changed(scope, output) : new OtherBytes());
	const chunks = afterOverlap(untilSilent(file), from.byte - extent.start, from.tail, other);
	const isAtEnd = !isWhole && extent.total === from.byte;
	return { file, chunks, isWhole, total: extent.total, isAtEnd };
}

const changed = (scope: DownloadScope, output: Output): NodeApiError =>
	damage(scope, output, 'it changed in the storage while it was being read');

function asNodeError(scope: DownloadScope, output: Output, cause: unknown): NodeApiError {
	if (isOtherBytes(cause)) {
		const problem = 'the storage says that it is compressed, and it cannot be unpacked';
		return storageError(fileInfo(scope, output), problem);
	}
	const origin = new URL(output.data.ref, scope.client.baseUrl).origin;
	const isStopped = scope.client.limits.signal?.aborted === true;
	return networkError(fileInfo(scope, output), cause, origin, isStopped);
}
