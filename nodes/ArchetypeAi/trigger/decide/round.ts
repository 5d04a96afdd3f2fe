import { ACTIVE_STATUSES } from './events';
import type { FollowedJobs } from './followed';
import type { State } from './state';

/** The list name when the whole list is read instead of the lists of active jobs. */
export const WHOLE = '*';
/** Lists of undocumented statuses, at most. */
const MOST_UNKNOWN = 4;

export type Round = State['round'];

/** Marks of polls: a job carries the mark of the poll that last saw it. */
const MARKS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
/** The mark of a job that was not seen where it should have been. */
export const DUE = '!';

export const FIRST_ROUND: Round = {
	...{ mark: 'a', cycle: 0, list: 0, offset: 0 },
	...{ isWhole: false, recent: [] },
};

/** The lists that show active jobs: one for each status that has any. */
export function listsOf({ isWhole }: Round, followed: FollowedJobs): string[] {
	if (isWhole) return [WHOLE];
	const known: readonly string[] = ACTIVE_STATUSES;
	const others = new Set<string>();
	for (const { status } of followed.values()) if (!known.includes(status)) others.add(status);
	return [...known, ...[...others].sort().slice(0, MOST_UNKNOWN)];
}

/** Where a poll stopped reading; lists are read in a circle. */
export type Place = Pick<Round, 'cycle' | 'list' | 'offset'>;

/**
 * The round after a poll that read up to a place, and which marks belong to due jobs: since the polls
 * of those marks, the whole circle was read once without showing their jobs.
 */
export function turn(round: Round, to: Place): { round: Round; isDue: (mark: string) => boolean } {
	const recent = [...round.recent, { mark: round.mark, ...to }];
	const isPassed = (at: Place) =>
		to.cycle > at.cycle + 1 || (to.cycle === at.cycle + 1 && !isBefore(to, at));
	const left = recent.filter((poll) => !isPassed(poll));
	const used = new Set(left.map(({ mark }) => mark));
	return {
		isDue: (mark) => !used.has(mark),
		round: {
			...round,
			...to,
			mark: nextMark(round.mark, used),
			recent: left,
		},
	};
}

const isBefore = (a: Place, b: Place): boolean =>
	a.list < b.list || (a.list === b.list && a.offset < b.offset);

/** A mark that no job has; the same one again when all are taken. */
function nextMark(mark: string, used: ReadonlySet<string>): string {
	for (let step = 1; step < MARKS.length; step++) {
		const next = MARKS[(MARKS.indexOf(mark) + step) % MARKS.length];
		if (next !== undefined && !used.has(next)) return next;
	}
	return mark;
}
