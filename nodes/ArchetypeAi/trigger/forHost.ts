import { NodeApiError } from 'n8n-workflow';

import { BUSY_ADVICE } from '../api/advice';
import { isOwnWord } from '../api/errors';

/** Failure causes that make hosts stop polling until somebody acts. */
const FOR_GOOD: ReadonlySet<unknown> = new Set([
	'credential-invalid',
	'configuration-invalid',
	'node-defect',
]);
/** A trigger has no Retry On Fail. */
const BUSY_TRIGGER_ADVICE =
	'Wait a while. A published workflow polls again by itself; if this lasts, make it poll less often, or use this API key in fewer workflows.';

/**
 * A poll's error, worded for a trigger and classified for the host. A gateway may answer in place of
 * the service for a while, so an error is permanent only when the service itself says so, in its own
 * envelope.
 */
export function forHost(error: unknown): Error {
	if (!(error instanceof NodeApiError)) return error as Error;
	error.description = error.description?.replace(BUSY_ADVICE, BUSY_TRIGGER_ADVICE);
	if (isOwnWord(error)) return error;
	// Hosts before 2.x do not read causes; they go by the status alone.
	const { failure } = error as { failure?: { cause: string } };
	if (failure === undefined) error.httpCode = null;
	else if (FOR_GOOD.has(failure.cause)) {
		Object.assign(error, { failure: { cause: 'temporarily-unavailable' } });
	}
	return error;
}
