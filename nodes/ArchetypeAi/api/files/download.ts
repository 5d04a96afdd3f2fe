import { NodeApiError, NodeOperationError } from 'n8n-workflow';
import type { IBinaryData } from 'n8n-workflow';

import { keepingError } from './errors';
import type { RemoteFile } from './remoteFile';
import type { Semaphore } from '../semaphore';
import { openContent } from './content';
import { untilIntact } from './damage';
import { safeNameOf } from './remoteFile';
import { distinctName, fileInfo } from './transfer';
import type { Transfer } from './transfer';
import { store } from './store';

/**
 * Stores a file in n8n's binary store and returns the reference to it. Content that arrived damaged is
 * fetched again.
 *
 * @throws NodeApiError that names the file when it cannot be downloaded completely.
 */
export async function downloadFile(
	transfer: Transfer,
	file: RemoteFile,
	connections: Semaphore,
): Promise<IBinaryData> {
	const fileName = distinctName(transfer, safeNameOf(file));
	return await untilIntact(transfer, async () => {
		const release = await connections.enter();
		try {
			const { chunks, body } = await openContent(transfer, file);
			const content = { chunks: followedBy(release, chunks), body };
			const fileType = file.data.file_type ?? undefined;
			return await store(transfer, content, fileName, fileType);
		} catch (error) {
			throw storeError(transfer, file, error);
		} finally {
			release();
		}
	});
}

/** Calls `act` after the last chunk: while a file is being stored, the next one can already arrive. */
async function* followedBy(act: () => void, chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
	yield* chunks;
	act();
}

function storeError(transfer: Transfer, file: RemoteFile, error: unknown): Error {
	if (error instanceof NodeApiError || error instanceof NodeOperationError) return error;
	return keepingError(fileInfo(transfer, file), (error as Error).message);
}
