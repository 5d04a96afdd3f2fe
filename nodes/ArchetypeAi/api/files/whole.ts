import { createHash } from 'node:crypto';
import { NodeApiError } from 'n8n-workflow';

import { networkError } from '../networkErrors';
import { backoffMs, pause } from '../retry';
import { storageError } from './errors';
import type { RemoteFile } from './remoteFile';
import { damage } from './damage';
import { isDecoded, problemOfEncoding, problemOfGrowth, storedLength } from './encoding';
import { extentOf } from './extent';
import { openFresh } from './fresh';
import type { FilePlace, OpenFile } from './open';
import { afterOverlap, OVERLAP_BYTES, Tail } from './overlap';
import { fileInfo } from './transfer';
import type { Transfer } from './transfer';
import { untilSilent } from './silence';
import { Slowness, TOO_SLOW } from './slow';

/** Consecutive connections without progress before a transfer fails. */
const MAX_IDLE = 5;
/** The same when the data cannot be decoded: a retry rarely helps then. */
const MAX_IDLE_DAMAGED = 2;

type Fail = (problem: string) => NodeApiError;

/** A reply, and its bytes that are still needed. */
interface Reply {
	opened: OpenFile;
	chunks: AsyncIterable<Buffer>;
	/** Whether it began with the first byte of the file. */
	isWhole: boolean;
	/** Bytes of the whole file as stored, according to this reply. */
	total?: number;
	/** Offset after its last byte, according to this reply. */
	end?: number;
	/** Whether the storage has no more than what has arrived. */
	isAtEnd?: boolean;
}

/**
 * The whole content of an open file: it continues after a break, with a range request if the storage
 * supports them. Fails unless the number of bytes matches `num_bytes` and the storage, and the content
 * matches the storage's checksum if there is one. An object stored encoded comes decoded.
 */
export async function* wholeContent(
	transfer: Transfer,
	file: RemoteFile,
	opened: OpenFile,
): AsyncGenerator<Buffer> {
	const { version } = opened;
	const fail: Fail = (problem) => storageError(fileInfo(transfer, file), problem);
	const counted = file.data.num_bytes ?? undefined;
	const md5 =
		transfer.links.haveChecksums && opened.md5 !== undefined ? createHash('md5') : undefined;
	const tail = new Tail();
	const slowness = new Slowness();
	let current = firstReply(opened, fail);
	let expected = counted ?? current.total;
	let isEncoded = false;
	let canRange = true;
	let received = 0;
	let believed: number | undefined;

	for (let idle = 0; ;) {
		const before = received;
		const broken: { by?: unknown } = {};
		let waitsSince = Date.now();
		for await (const chunk of untilBroken(current.chunks, broken)) {
			received += chunk.length;
			if (slowness.isTooSlow(chunk.length, Date.now() - waitsSince)) throw fail(TOO_SLOW);
			isEncoded ||= current.isWhole && isDecoded(current.opened, received, false);
			const problem = isEncoded
				? problemOfGrowth(current.opened, received)
				: problemOfMore(received, expected);
			if (problem !== undefined) throw fail(problem);
			md5?.update(chunk);
			tail.add(chunk);
			yield chunk;
			waitsSince = Date.now();
		}
		if (broken.by instanceof NodeApiError) throw broken.by;
		const hasEnded = broken.by === undefined;
		isEncoded ||= hasEnded && current.isWhole && isDecoded(current.opened, received, true);
		const isShort = !isEncoded && expected !== undefined && received < expected;
		// A range may be shorter than requested: without a size, only the storage knows the end.
		const mayEnd = expected !== undefined || isEncoded || current.isWhole;
		if (hasEnded && !isShort && mayEnd) break;
		// A storage that twice sends all that it claims to have is believed; a single reply may be cut off.
		const { total: said = received, end } = current;
		const isAll = hasEnded && !isEncoded && end === received && said === received;
		if (isAll && received === believed) break;
		believed = isAll ? received : undefined;

		// Offsets in an encoded object refer to other bytes.
		if (isEncoded || isOtherBytes(broken.by)) canRange = false;
		idle = received > before ? 0 : idle + 1;
		const most = isOtherBytes(broken.by) ? MAX_IDLE_DAMAGED : MAX_IDLE;
		const stopped = idle >= most || transfer.client.limits.signal?.aborted === true;
		if (stopped && !hasEnded) throw asNodeError(transfer, file, broken.by);
		if (stopped) break;
		await pause(backoffMs(idle + 1), transfer.client.limits.signal);
		const place = { byte: received, version, tail };
		current = await continueFrom(transfer, file, place, canRange);
		if (current.isWhole && isEncoded && storedLength(current.opened) !== storedLength(opened)) {
			throw changed(transfer, file);
		}
		if (current.total !== undefined && !isEncoded) {
			if (expected === undefined) expected = current.total;
			else if (counted === undefined && current.total !== expected) throw changed(transfer, file);
		}
		if (current.isAtEnd !== true) continue;
		current.opened.giveUp();
		break;
	}
	const problem = isEncoded
		? problemOfDecoded(received, counted, storedLength(current.opened))
		: problemOfFewer(received, expected);
	if (problem !== undefined) throw fail(problem);
	const digest = isEncoded ? undefined : md5?.digest('hex');
	if (digest !== undefined && digest !== opened.md5) await checkAgain(transfer, file, digest);
}

const problemOfMore = (received: number, expected: number | undefined): string | undefined =>
	expected !== undefined && received > expected
		? `it has more than the ${expected} bytes that the service counts`
		: undefined;

const problemOfFewer = (received: number, expected: number | undefined): string | undefined =>
	expected !== undefined && received !== expected
		? `${received} bytes arrived instead of ${expected}`
		: undefined;

/** The service may count the stored bytes, or the decoded ones. */
const problemOfDecoded = (
	received: number,
	counted: number | undefined,
	stored: number | undefined,
): string | undefined =>
	counted === undefined || counted === stored || counted === received
		? undefined
		: `${received} bytes arrived, ${stored} as they are stored, instead of the ${counted} that the service counts`;

function firstReply(opened: OpenFile, fail: Fail): Reply {
	const extent = extentOf(opened, 0);
	const problem = 'problem' in extent ? extent.problem : problemOfEncoding(opened);
	if (!('problem' in extent) && problem === undefined) {
		const { total, length: end } = extent;
		return { opened, chunks: untilSilent(opened), total, end, isWhole: true };
	}
	opened.giveUp();
	throw fail(problem!);
}

/** Thrown at the end of a range that did not match what had arrived. */
class OtherBytes extends Error {}

/** Whether a range delivered other bytes, or bytes that the host could not decode. */
const isOtherBytes = (error: unknown): boolean =>
	error instanceof OtherBytes ||
	/^(Z_|ERR__)/.test((error as { code?: string } | undefined)?.code ?? '');

/**
 * Requests the file once more to see what the storage sends. If it is the same as before, its checksums
 * are not real ones, and are no longer checked.
 *
 * @throws NodeApiError when something else comes, so that one of the two is damaged.
 */
async function checkAgain(transfer: Transfer, file: RemoteFile, digest: string): Promise<void> {
	const opened = await transfer.client.retry(() => openFresh(transfer, file), {
		path: file.data.ref,
	});
	const md5 = createHash('md5');
	for await (const chunk of untilBroken(untilSilent(opened), {})) md5.update(chunk);
	if (md5.digest('hex') !== digest) {
		throw damage(transfer, file, 'its bytes do not match the checksum of the storage');
	}
	transfer.links.haveChecksums = false;
}

/** The chunks of a stream; if it breaks, iteration ends and `broken.by` is the error. */
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
 * The rest of the file: by a range request if the storage supports them, else the whole file again without
 * the part that has already arrived. Either begins with the last bytes received.
 *
 * @throws NodeApiError when it has changed meanwhile, or it is unclear what was sent.
 */
async function continueFrom(
	transfer: Transfer,
	file: RemoteFile,
	from: FilePlace & { tail: Tail },
	canRange: boolean,
): Promise<Reply> {
	const start = canRange ? Math.max(0, from.byte - OVERLAP_BYTES) : 0;
	const place = start > 0 ? { byte: start, version: from.version } : undefined;
	const { ref: path } = file.data;
	const opened = await transfer.client.retry(() => openFresh(transfer, file, place), { path });
	const { statusCode, version } = opened;
	if (statusCode === 416) {
		opened.giveUp();
		throw changed(transfer, file);
	}
	const extent = extentOf(opened, start);
	if ('problem' in extent) {
		opened.giveUp();
		if (start > 0 && extent.isPart) return await continueFrom(transfer, file, from, false);
		throw storageError(fileInfo(transfer, file), extent.problem);
	}
	const isWhole = extent.start === 0;
	const isSame =
		from.version === undefined || version === from.version || (!isWhole && version === undefined);
	if (!isSame) {
		opened.giveUp();
		throw changed(transfer, file);
	}
	const other = () => (isWhole ? changed(transfer, file) : new OtherBytes());
	const chunks = afterOverlap(untilSilent(opened), from.byte - extent.start, from.tail, other);
	const isAtEnd = !isWhole && extent.total === from.byte;
	const end = extent.length === undefined ? undefined : extent.start + extent.length;
	return { opened, chunks, isWhole, total: extent.total, end, isAtEnd };
}

const changed = (transfer: Transfer, file: RemoteFile): NodeApiError =>
	damage(transfer, file, 'it changed in the storage while it was being read');

function asNodeError(transfer: Transfer, file: RemoteFile, cause: unknown): NodeApiError {
	if (isOtherBytes(cause)) {
		const problem = 'the storage says that it is compressed, and it cannot be unpacked';
		return storageError(fileInfo(transfer, file), problem);
	}
	const origin = new URL(file.data.ref, transfer.client.baseUrl).origin;
	const isStopped = transfer.client.limits.signal?.aborted === true;
	return networkError(fileInfo(transfer, file), cause, origin, isStopped);
}
