import type { OperationRun } from '../operation';

/** Files between two lines in the log, and ms without a line after which the next file gets one. */
const EVERY_FILES = 100;
const EVERY_MS = 10_000;

/**
 * What is to be called for each file of a long work that is done (`what` names it: `downloaded`), to
 * say in the log how far it is.
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
