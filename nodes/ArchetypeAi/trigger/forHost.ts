import { NodeApiError } from 'n8n-workflow';

import { isOwnWord } from '../api/errors';

/** What hosts stop polling for, until somebody acts. */
const FOR_GOOD: ReadonlySet<unknown> = new Set([
	'credential-invalid',
	'configuration-invalid',
	'node-defect',
]);

/**
 * A poll's error as the host is to take it. Gateways answer in place of the service for a while, so an
 * error is for good only where the service itself says so, in its own envelope.
 */
export function forHost(error: unknown): Error {
	if (!(error instanceof NodeApiError) || isOwnWord(error)) return error as Error;
	// Hosts before 2.x know no causes, and go by the status alone.
	const { failure } = error as { failure?: { cause: string } };
	if (failure === undefined) error.httpCode = null;
	else if (FOR_GOOD.has(failure.cause)) {
		Object.assign(error, { failure: { cause: 'temporarily-unavailable' } });
	}
	return error;
}
