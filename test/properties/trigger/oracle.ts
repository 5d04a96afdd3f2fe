import type { Change, Jobs } from './life';
import { ENDS } from './life';

interface Poll {
	begin: number;
	end: number;
}

/** What was emitted, and what the oracle knows of the history. */
export interface Watched {
	/** IDs of events that started an execution, in order. */
	begun: string[];
	/** True times between which watching began; what happened between them may count either way. */
	from: number;
	until: number;
	chosen: ReadonlySet<string>;
	/** When polls were made, true time. */
	polls: ReadonlyArray<Poll>;
	/** Whether the list of active jobs with a status was unreadable in any of them. */
	isOut: (status: string) => boolean;
	/** Whether the sweep has covered the list since: until then, what only it shows is not due. */
	isSwept: boolean;
	/** How many ends are remembered in any case. */
	limits: { ends: number };
	/** Whether n8n was killed or polled twice: then events may repeat. */
	mayRepeat: boolean;
}

/**
 * Checks the promises of docs/trigger.md on a history that has come to rest. Returns what is wrong.
 *
 * Every end that the service still shows was reported, and every other change that a row still
 * proves: the creation and the first start of a job, and the end before the only retry. Nothing
 * else was reported except what happened since watching began, and each event once.
 */
export function judge(jobs: Jobs, watched: Watched): string[] {
	const { begun, from, chosen, mayRepeat } = watched;
	const happened = byEvent(jobs);
	const emitted = new Set(begun);
	const problems = missing(jobs, watched).map((eventId) => `lost: ${eventId}`);
	for (const eventId of emitted) {
		const changes = happened.get(eventId) ?? [];
		if (!changes.some(({ at }) => at >= from)) problems.push(`not due: ${eventId}`);
		else if (!changes.some(({ name }) => name && chosen.has(name))) {
			problems.push(`not chosen: ${eventId}`);
		}
	}
	if (!mayRepeat) {
		for (const [place, eventId] of begun.entries()) {
			if (begun.indexOf(eventId) !== place) problems.push(`repeated: ${eventId}`);
		}
	}
	return problems;
}

/** IDs of events that should have been reported but were not. */
export function missing(jobs: Jobs, watched: Watched): string[] {
	const { begun, until, chosen, isSwept } = watched;
	const happened = byEvent(jobs);
	const emitted = new Set(begun);
	return [...owed(jobs)].filter((eventId) => {
		const [first] = happened.get(eventId) ?? [];
		if (first?.name === undefined || !chosen.has(first.name) || first.at <= until) return false;
		if (emitted.has(eventId)) return false;
		const isExcused = !isSwept || isForgotten(first, jobs, watched);
		return !(isExcused && isBlind(jobs, first.jobId, watched));
	});
}

/**
 * Whether a job that was there at a poll was retried and ended again with no chance for a list of
 * active jobs to show it in between: far down the list, only the sweep shows that.
 */
function isBlind(jobs: Jobs, jobId: string, { polls, isOut }: Watched): boolean {
	const changes = jobs.changes.filter((change) => change.jobId === jobId);
	const [first] = changes;
	return changes.some(({ at: retriedAt, attempt, eventId }, place) => {
		if (attempt === 0 || statusOf(eventId) !== 'PENDING') return false;
		if (!polls.some(({ end }) => end >= (first?.at ?? 0) && end <= retriedAt)) return false;
		const run = changes.slice(place);
		const end = run.find(isEnd);
		const shows = (poll: Poll) =>
			poll.begin >= retriedAt && poll.end <= end!.at && !statusesIn(poll, run).some(isOut);
		return end !== undefined && !polls.some(shows);
	});
}

/** The statuses that a job had during a poll. */
function statusesIn(poll: Poll, changes: Change[]): string[] {
	return changes
		.filter(({ at }, place) => at <= poll.end && (changes[place + 1]?.at ?? Infinity) > poll.begin)
		.map(({ eventId }) => statusOf(eventId));
}

/** Whether more jobs ended since than are remembered, in whole seconds: the sweep may be late. */
function isForgotten({ at }: Change, jobs: Jobs, { limits }: Watched): boolean {
	const since = jobs.changes.filter((end) => isEnd(end) && secondOf(end.at) >= secondOf(at));
	return since.length > limits.ends;
}

const secondOf = (at: number): number => Math.floor(at / 1_000);
const statusOf = (eventId: string): string => eventId.split(':')[1]!;
const isEnd = ({ eventId }: Change): boolean => ENDS.includes(statusOf(eventId));

function byEvent(jobs: Jobs): Map<string, Change[]> {
	const happened = new Map<string, Change[]>();
	for (const change of jobs.changes) {
		const same = happened.get(change.eventId);
		if (same === undefined) happened.set(change.eventId, [change]);
		else same.push(change);
	}
	return happened;
}

/** IDs of events that the rows prove. */
function* owed(jobs: Jobs): Generator<string> {
	for (const [id, { passedUnknown, isMalformed, skewMs }] of jobs.lives) {
		const row = jobs.shown(id);
		if (row === undefined || isMalformed) continue;
		const { status, retry_count: retries } = row;
		if (ENDS.includes(status)) yield `${id}:${status}:${retries}`;
		if (retries > 0) {
			const wasFirst = retries === 1 && !ENDS.includes(status);
			const { failed_at, cancelled_at } = row;
			const isClear = jobs.options.stampMs === 1 && skewMs === 0;
			if (!wasFirst || !isClear || (failed_at !== null) === (cancelled_at !== null)) continue;
			yield `${id}:${failed_at === null ? 'CANCELLED' : 'FAILED'}:0`;
			continue;
		}
		yield `${id}:PENDING:0`;
		if (row.started_at !== null && !passedUnknown) yield `${id}:RUNNING:0`;
	}
}
