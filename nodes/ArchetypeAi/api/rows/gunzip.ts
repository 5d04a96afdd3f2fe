import type { NodeApiError } from 'n8n-workflow';

import { MOST_UNPACKED } from './limits';

/** Bytes given to the unpacker at a time: a chunk of a few kilobytes can expand to megabytes. */
const PIECE_BYTES = 16 * 1024;

/**
 * Unpacks gzip and checks its checksum; consecutive members are one file.
 *
 * @throws the error that `fail` makes when it is cut off, damaged, or unpacks to far more than a results
 *   file does; and whatever reading `content` throws.
 */
export async function* gunzipped(
	content: AsyncIterable<Buffer>,
	fail: (problem: string) => NodeApiError,
): AsyncGenerator<Buffer> {
	const { readable, writable } = new DecompressionStream('gzip');
	const [writer, reader] = [writable.getWriter(), readable.getReader()];
	const chunks = content[Symbol.asyncIterator]();
	let packed = 0;
	let unpacked = 0;
	let isStopped = false;
	/** Why nothing more will be unpacked, and the reader waiting for more. */
	const feeding: { failure?: Error; reject?: (failure: Error) => void } = {};

	async function feed(): Promise<void> {
		for (;;) {
			const next = await chunks.next();
			if (next.done === true) return isStopped ? undefined : await writer.close();
			for (let at = 0; at < next.value.length && !isStopped; at += PIECE_BYTES) {
				const piece = next.value.subarray(at, at + PIECE_BYTES);
				packed += piece.length;
				await writer.write(piece);
			}
			if (isStopped) return;
		}
	}
	feed().catch((failure: Error) => {
		feeding.failure = failure;
		feeding.reject?.(failure);
	});

	const read = () =>
		new Promise<Uint8Array | undefined>((resolve, reject) => {
			if (feeding.failure !== undefined) return reject(feeding.failure);
			feeding.reject = reject;
			reader.read().then(({ value }) => resolve(value as Uint8Array | undefined), reject);
		});

	try {
		for (let value = await read(); value !== undefined; value = await read()) {
			unpacked += value.byteLength;
			if (unpacked > MOST_UNPACKED.bytes && unpacked > packed * MOST_UNPACKED.ratio) {
				throw fail(
					`it unpacks to more than ${MOST_UNPACKED.ratio} times its ${packed} bytes, as no table does`,
				);
			}
			yield Buffer.from(value.buffer, value.byteOffset, value.byteLength);
		}
	} catch (error) {
		throw causeOf(error, feeding.failure, fail);
	} finally {
		// The unpacker is left alone: if cancelled with data in flight, it throws where nobody can catch.
		isStopped = true;
		chunks.return?.(undefined)?.catch(() => {});
	}
}

const codeOf = (error: unknown): string =>
	(error as { code?: string } | null | undefined)?.code ?? '';

const isUnpacker = (error: unknown): boolean =>
	error instanceof TypeError || /^Z_|^ERR_TRAILING/.test(codeOf(error));

function causeOf(
	error: unknown,
	ofContent: unknown,
	fail: (problem: string) => NodeApiError,
): unknown {
	const cause = ofContent !== undefined && !isUnpacker(ofContent) ? ofContent : error;
	if (!isUnpacker(cause)) return cause;
	// From Node 24 on, the unpacker accepts only a single gzip member.
	const hasMore = [cause, ofContent].some((one) => codeOf(one).startsWith('ERR_TRAILING'));
	return fail(
		hasMore
			? 'something follows the end of its gzip, such as another gzip file, which the Node.js of this n8n does not unpack'
			: 'it is compressed with gzip, and damaged or cut off',
	);
}
