import { NodeApiError } from 'n8n-workflow';
import type { IBinaryData } from 'n8n-workflow';

import { storageError } from '../errors';
import { withRetry } from '../retry';
import type { Attempt } from '../retry';
import type { Output } from '../schemas';
import type { Connections } from './connections';
import { openContent, DamagedContentError } from './content';
import { fileInfo, fileNameOf } from './scope';
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
	connections: Connections,
): Promise<IBinaryData> {
	return await withRetry(async (): Promise<Attempt<IBinaryData, NodeApiError>> => {
		const release = await connections.take();
		try {
			const { chunks, body } = await openContent(scope, output);
			const content = { chunks: followedBy(release, chunks), body };
			const fileType = output.data.file_type ?? undefined;
			return { ok: true, value: await store(scope, content, fileNameOf(output), fileType) };
		} catch (error) {
			if (error instanceof DamagedContentError) {
				return { ok: false, error: error.error, retryable: true };
			}
			return { ok: false, error: storeError(scope, output, error), retryable: false };
		} finally {
			release();
		}
	}, scope.client.limits);
}

/** While a file is stored, the next one can arrive already. */
async function* followedBy(act: () => void, chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
	yield* chunks;
	act();
}

function storeError(scope: DownloadScope, output: Output, error: unknown): NodeApiError {
	if (error instanceof NodeApiError) return error;
	const problem = `it could not be stored: ${(error as Error).message}`;
	return storageError(fileInfo(scope, output), problem);
}
