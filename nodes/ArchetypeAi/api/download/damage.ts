import type { NodeApiError } from 'n8n-workflow';

import { storageError } from '../errors';
import { withRetry } from '../retry';
import type { Output } from '../outputs';
import { fileInfo } from './scope';
import type { DownloadScope } from './scope';

/** Errors that say that what has come is of no use, while another try from the start can help. */
const damages = new WeakSet<Error>();

/** The error for a file that arrived damaged, after which {@link untilIntact} tries once more. */
export function damage(scope: DownloadScope, output: Output, problem: string): NodeApiError {
	const error = storageError(fileInfo(scope, output), problem);
	damages.add(error);
	return error;
}

/**
 * What `work` makes of a file that it opens, or of another try when it arrived damaged.
 *
 * @throws whatever `work` throws.
 */
export async function untilIntact<Result>(
	scope: DownloadScope,
	work: () => Promise<Result>,
): Promise<Result> {
	return await withRetry(async () => {
		try {
			return { ok: true, value: await work() };
		} catch (error) {
			return { ok: false, error: error as Error, retryable: damages.has(error as Error) };
		}
	}, scope.client.limits);
}
