import type { IExecuteFunctions } from 'n8n-workflow';

import type { Output } from '../outputs';
import { lengthIn } from './extent';
import { openFresh } from './fresh';
import type { DownloadScope } from './scope';
import { wholeContent } from './whole';

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

/**
 * Opens the file of an output, with its link renewed when it has expired or is refused, and returns
 * its whole content, see {@link wholeContent}.
 *
 * @throws NodeApiError that names the file when it cannot be opened.
 */
export async function openContent(scope: DownloadScope, output: Output): Promise<Content> {
	const { ref: path } = output.data;
	const file = await scope.client.retry(() => openFresh(scope, output), { path });
	const { data } = output;
	const chunks = wholeContent(scope, output, file);
	const measure = typeof data.num_bytes === 'number' ? undefined : scope.measure;
	if (measure === undefined) return { chunks, body: file.body as Body };
	const isKnown = measure(output, lengthIn(file.headers) ?? 0);
	isKnown.catch(() => file.giveUp());
	await isKnown;
	return { chunks: measured(chunks, (bytes) => measure(output, bytes)), body: file.body as Body };
}

/** The same chunks; `measure` is called with how many bytes have come, now and then. */
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

/** Bytes between two looks at how large a file of unknown size has become. */
const MEASURED_BYTES = 1024 * 1024;
