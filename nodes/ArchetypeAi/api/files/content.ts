import type { RemoteFile } from './remoteFile';
import { lengthIn } from './extent';
import { openFresh } from './fresh';
import type { Body } from '../streams';
import type { Transfer } from './transfer';
import { wholeContent } from './whole';

/** The bytes of an open file. */
export interface Content {
	chunks: AsyncGenerator<Buffer>;
	/** A stream of the host that provides its class to others, since no package may import it. */
	body: Body;
}

/**
 * Opens a file, renewing its link if it has expired or is refused, and returns its whole content; see
 * {@link wholeContent}.
 *
 * @throws NodeApiError that names the file when it cannot be opened.
 */
export async function openContent(transfer: Transfer, file: RemoteFile): Promise<Content> {
	const { ref: path } = file.data;
	const opened = await transfer.client.retry(() => openFresh(transfer, file), { path });
	const { data } = file;
	const chunks = wholeContent(transfer, file, opened);
	const measure = typeof data.num_bytes === 'number' ? undefined : transfer.measure;
	if (measure === undefined) return { chunks, body: opened.body as Body };
	const isKnown = measure(file, lengthIn(opened.headers) ?? 0);
	isKnown.catch(() => opened.giveUp());
	await isKnown;
	return { chunks: measured(chunks, (bytes) => measure(file, bytes)), body: opened.body as Body };
}

/** The same chunks; `measure` is called from time to time with the number of bytes so far. */
async function* measured(
	chunks: AsyncIterable<Buffer>,
	measure: (bytes: number) => Promise<void>,
): AsyncGenerator<Buffer> {
	let bytes = 0;
	let next = MEASURED_BYTES;
	for await (const chunk of chunks) {
		bytes += chunk.length;
		if (bytes >= next) {
			await measure(bytes);
			next = bytes + MEASURED_BYTES;
		}
		yield chunk;
	}
}

/** Bytes between two checks of how large a file of unknown size has become. */
const MEASURED_BYTES = 1024 * 1024;
