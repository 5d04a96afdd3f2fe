import { NodeApiError, NodeOperationError } from 'n8n-workflow';
import type { IBinaryData } from 'n8n-workflow';

import { keepingError } from '../errors';
import type { Output } from '../outputs';
import type { Semaphore } from '../semaphore';
import { openContent } from './content';
import { untilIntact } from './damage';
import { distinctName, fileInfo, fileNameOf } from './scope';
import type { DownloadScope } from './scope';
import { store } from './store';

/**
 * Brings the file of an output into n8n's binary store and returns the reference to it. Content that
 * arrived damaged is fetched again.
 *
 * @throws NodeApiError that names the file when it cannot be had whole.
 */
export async function downloadOutput(
	scope: DownloadScope,
	output: Output,
	connections: Semaphore,
): Promise<IBinaryData> {
	const fileName = distinctName(scope, fileNameOf(output));
	return await untilIntact(scope, async () => {
		const release = await connections.enter();
		try {
			const { chunks, body } = await openContent(scope, output);
			const content = { chunks: followedBy(release, chunks), body };
			const fileType = output.data.file_type ?? undefined;
			return await store(scope, content, fileName, fileType);
		} catch (error) {
			throw storeError(scope, output, error);
		} finally {
			release();
		}
	});
}

/** While a file is stored, the next one can arrive already. */
async function* followedBy(act: () => void, chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
	yield* chunks;
	act();
}

function storeError(scope: DownloadScope, output: Output, error: unknown): Error {
	if (error instanceof NodeApiError || error instanceof NodeOperationError) return error;
	return keepingError(fileInfo(scope, output), (error as Error).message);
}
