import type { IBinaryData } from 'n8n-workflow';

import type { Content } from './content';
import { startingWith, streamLike } from '../streams';
import type { Transfer } from './transfer';

/** Bytes per write: each write has a fixed cost, equal to that of many kilobytes. */
const BLOCK_BYTES = 512 * 1024;

/**
 * Puts content into n8n's binary store and returns the reference to it: as a stream, or at once when it is
 * smaller than half a megabyte, which is cheaper for the store.
 *
 * @throws whatever reading the content throws, and the store's own errors.
 */
export async function store(
	{ context }: Transfer,
	{ chunks, body }: Content,
	fileName: string,
	fileType: string | undefined,
): Promise<IBinaryData> {
	const blocks = inBlocks(chunks);
	const first = await blocks.next();
	const start = first.done === true ? Buffer.alloc(0) : first.value;
	const isWhole = start.length < BLOCK_BYTES;
	const data = isWhole ? start : streamLike(body, startingWith(start, blocks));
	return await context.helpers.prepareBinaryData(data, fileName, fileType);
}

/** The same bytes in blocks of half a megabyte or more; only the last may be smaller. */
async function* inBlocks(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, undefined> {
	let gathered: Buffer[] = [];
	let bytes = 0;
	for await (const chunk of chunks) {
		gathered.push(chunk);
		bytes += chunk.length;
		if (bytes < BLOCK_BYTES) continue;
		yield Buffer.concat(gathered);
		gathered = [];
		bytes = 0;
	}
	if (bytes > 0) yield Buffer.concat(gathered);
	return undefined;
}
