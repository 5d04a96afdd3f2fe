import type { IBinaryData, NodeApiError } from 'n8n-workflow';

import { storageError } from '../errors';
import { withRetry } from '../retry';
import type { Attempt } from '../retry';
import type { Output } from '../schemas';
import { openContent, TransferError } from './content';
import { fileInfo, fileNameOf } from './scope';
import type { DownloadScope } from './scope';

/**
 * Streams the file of an output into n8n's binary store and returns the reference to it. A transfer
 * that cannot go on after a break starts again.
 *
 * @throws NodeApiError that names the file when it cannot be had whole.
 */
export async function downloadOutput(scope: DownloadScope, output: Output): Promise<IBinaryData> {
	return await withRetry(() => transfer(scope, output), scope.client.limits);
}

async function transfer(
	scope: DownloadScope,
	output: Output,
): Promise<Attempt<IBinaryData, NodeApiError>> {
	const content = await openContent(scope, output);
	try {
		const value = await scope.context.helpers.prepareBinaryData(
			content,
			fileNameOf(output),
			output.data.file_type ?? undefined,
		);
		return { ok: true, value };
	} catch (error) {
		if (error instanceof TransferError) return { ok: false, error: error.error, retryable: true };
		const problem = `it could not be stored: ${(error as Error).message}`;
		return { ok: false, error: storageError(fileInfo(scope, output), problem), retryable: false };
	}
}
