import type { Job } from '../../api/jobs';

/**
 * Two pieces of a list as one, newest first, if the last row of the newer piece is in both, which proves
 * that nothing is missing between them. Undefined otherwise.
 */
export function join(newer: Job[], older: Job[]): Job[] | undefined {
	const last = newer.at(-1);
	if (last === undefined || older.length === 0) return undefined;
	const shared = older.findIndex(({ id }) => id === last.id);
	return shared === -1 ? undefined : [...newer, ...older.slice(shared + 1)];
}
