import type { NodeApiError } from 'n8n-workflow';

import { MOST_UNPACKED } from './limits';

/** Bytes given to the unpacker at a time: a chunk of a few kilobytes can hold megabytes. */
const PIECE_BYTES = 16 * 1024;

/**
 * What is under gzip, with its checksum checked; members that follow each other are one file.
 *
 * @throws what `fail` makes of the problem when it is cut off, damaged, or unpacks to far more than a
 *   file of results does; and whatever reading `content` throws.
 */
export async function* gunzipped(
	content: AsyncIterable<Buffer>,
	fail: (problem: string) => NodeApiError,
): AsyncGenerator<Buffer> {
	const { readable, writable } = new DecompressionStream('gzip');
	const writer = writable.getWriter();
	let failure: { by: unknown } | undefined;
	let packed = 0;
	const feed = async () => {
		try {
			for await (const chunk of content) {
				for (let at = 0; at < chunk.length; at += PIECE_BYTES) {
					const piece = chunk.subarray(at, at + PIECE_BYTES);
					packed += piece.length;
					await writer.write(piece);
				}
			}
		} catch (error) {
			// What the unpacker refuses is its own error; anything else comes from the content.
			failure = { by: error };
			await writer.abort(error).catch(() => {});
			return;
		}
		await writer.close();
	};
	const fed = feed();
	fed.catch(() => {});

	const reader = readable.getReader();
	let unpacked = 0;
	try {
		for (;;) {
			const { value } = (await reader.read()) as { value?: Uint8Array };
			if (value === undefined) break;
			unpacked += value.byteLength;
			if (unpacked > MOST_UNPACKED.bytes && unpacked > packed * MOST_UNPACKED.ratio) {
				throw fail(
					`it unpacks to more than ${MOST_UNPACKED.ratio} times its ${packed} bytes, as no table does`,
				);
			}
			yield Buffer.from(value.buffer, value.byteOffset, value.byteLength);
		}
		await fed;
	} catch (error) {
		throw causeOf(error, failure?.by, fail);
	} finally {
		await reader.cancel().catch(() => {});
		await writer.abort().catch(() => {});
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
	// From Node 24 on, the unpacker takes one gzip file alone.
	const hasMore = [cause, ofContent].some((one) => codeOf(one).startsWith('ERR_TRAILING'));
	return fail(
		hasMore
			? 'something follows the end of its gzip, such as another gzip file, which the Node.js of this n8n does not unpack'
			: 'it is compressed with gzip, and damaged or cut off',
	);
}
