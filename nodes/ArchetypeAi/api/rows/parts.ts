import { openContent, untilIntact } from '../download/content';
import type { Content } from '../download/content';
import type { DownloadScope } from '../download/scope';
import type { Output } from '../schemas';

/** Parts opened ahead of the one being read: the host opens a connection for each, which takes time. */
const READ_AHEAD = 8;
/** Parts up to this size are read ahead whole, so that no connection waits until it is cut off. */
const SMALL_BYTES = 1024 * 1024;

/** A part of a result, and its bytes. */
export interface Part extends Content {
	output: Output;
}

/**
 * Opens outputs one after the other, in their order, some ahead of time: at most eight small files
 * are in memory, and large ones are streamed when it is their turn.
 *
 * @throws NodeApiError that names the file when one cannot be opened or read.
 */
export async function* openParts(scope: DownloadScope, outputs: Output[]): AsyncGenerator<Part> {
	const opened: Array<Promise<Part>> = [];
	for (const [index, output] of outputs.entries()) {
		for (const next of outputs.slice(index + opened.length, index + READ_AHEAD)) {
			if (opened.length > 0 && !isSmall(next)) break;
			const part = openPart(scope, next);
			// Its error is thrown when it is its turn, not before.
			part.catch(() => {});
			opened.push(part);
		}
		yield await (opened.shift() ?? openPart(scope, output));
	}
}

async function openPart(scope: DownloadScope, output: Output): Promise<Part> {
	if (!isSmall(output)) return { output, ...(await openContent(scope, output)) };
	return await untilIntact(scope, async () => {
		const { chunks, body } = await openContent(scope, output);
		const all: Buffer[] = [];
		for await (const chunk of chunks) all.push(chunk);
		return { output, chunks: once(Buffer.concat(all)), body };
	});
}

/** Content that is one chunk. */
export async function* once(chunk: Buffer): AsyncGenerator<Buffer> {
	if (chunk.length > 0) yield chunk;
}

const isSmall = ({ data }: Output): boolean => (data.num_bytes ?? Infinity) <= SMALL_BYTES;
