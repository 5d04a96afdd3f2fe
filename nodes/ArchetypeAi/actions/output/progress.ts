import type { OperationRun } from '../operation';

/** Files between two log lines, and ms without one after which the next file gets one. */
const EVERY_FILES = 100;
const EVERY_MS = 10_000;

/**
 * Call the returned function for each finished file of a long task; it logs the progress. `what` names the
 * work: `downloaded`.
 */
export function progressOf({ context }: OperationRun, what: string, total: number): () => void {
	let done = 0;
	let lastAt = Date.now();
	return () => {
		done++;
		if (done % EVERY_FILES > 0 && Date.now() - lastAt < EVERY_MS) return;
		lastAt = Date.now();
		context.logger.info(`Archetype AI: ${done} of ${total} files ${what}`);
	};
}
