import type { NodeApiError } from 'n8n-workflow';

import { withRetry } from '../retry';
import { storageError } from './errors';
import type { RemoteFile } from './remoteFile';
import { fileInfo } from './transfer';
import type { Transfer } from './transfer';

/** Errors that mean that the received data is useless, but starting over can help. */
const damages = new WeakSet<Error>();

/** The error for a file that arrived damaged; {@link untilIntact} then tries once more. */
export function damage(transfer: Transfer, file: RemoteFile, problem: string): NodeApiError {
	const error = storageError(fileInfo(transfer, file), problem);
	damages.add(error);
	return error;
}

/**
 * The result of `work`, which opens a file; runs it again if the file arrived damaged.
 *
 * @throws whatever `work` throws.
 */
export async function untilIntact<Result>(
	transfer: Transfer,
	work: () => Promise<Result>,
): Promise<Result> {
	return await withRetry(async () => {
		try {
			return { ok: true, value: await work() };
		} catch (error) {
			return { ok: false, error: error as Error, retryable: damages.has(error as Error) };
		}
	}, transfer.client.limits);
}
