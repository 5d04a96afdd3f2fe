import type { NodeApiError } from 'n8n-workflow';

import { withRetry } from '../retry';
import { storageError } from './errors';
import type { RemoteFile } from './remoteFile';
import { fileInfo } from './transfer';
import type { Transfer } from './transfer';

/** Errors that say that what has come is of no use, while another try from the start can help. */
const damages = new WeakSet<Error>();

/** The error for a file that arrived damaged, after which {@link untilIntact} tries once more. */
export function damage(transfer: Transfer, file: RemoteFile, problem: string): NodeApiError {
	const error = storageError(fileInfo(transfer, file), problem);
	damages.add(error);
	return error;
}

/**
 * What `work` makes of a file that it opens, or of another try when it arrived damaged.
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
