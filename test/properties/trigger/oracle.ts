import type { Change, Jobs } from './life';
import { ENDS } from './life';

/** What was emitted, and what the oracle knows of the history. */
export interface Watched {
	/** Events that began an execution, in order, by id. */
	begun: string[];
	/** True times between which watching began; what happened then may count either way. */
	from: number;
	until: number;
	chosen: ReadonlySet<string>;
	/** When polls were made; given where what the sweep alone can show is excused. */
	polls?: ReadonlyArray<{ begin: number; end: number }>;
	/** Whether n8n was killed or polled twice: then events may come again. */
	mayRepeat: boolean;
}

/**
 * What docs/trigger.md promises, asked of a history that has come to rest. Returns what is wrong.
 *
 * Every end that the service still shows was reported, and each other change that a row still proves:
 * the creation and the first start of a job, and the end before the only retry. Nothing else was but
 * what happened since watching began, and each once.
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

/** Ids of events that have to be reported and were not. */
export function missing(jobs: Jobs, { begun, until, chosen, polls }: Watched): string[] {
	const happened = byEvent(jobs);
	const emitted = new Set(begun);
	return [...owed(jobs)].filter((eventId) => {
		const [first] = happened.get(eventId) ?? [];
		if (first?.name === undefined || !chosen.has(first.name) || first.at <= until) return false;
		if (polls !== undefined && isBlind(jobs, first.jobId, polls)) return false;
		return !emitted.has(eventId);
	});
}

/**
 * Whether a job that was there at a poll was retried and ended again without a poll in between: far
 * down the list, the sweep alone shows that.
 */
function isBlind(jobs: Jobs, jobId: string, polls: NonNullable<Watched['polls']>): boolean {
	const changes = jobs.changes.filter((change) => change.jobId === jobId);
	const [first] = changes;
	return changes.some(({ at: retriedAt, eventId, attempt }, place) => {
		if (attempt === 0 || !eventId.includes(':PENDING:')) return false;
		if (!polls.some(({ end }) => end >= (first?.at ?? 0) && end <= retriedAt)) return false;
		const end = changes.slice(place).find((change) => ENDS.includes(change.eventId.split(':')[1]!));
		return (
			end !== undefined && !polls.some((poll) => poll.begin >= retriedAt && poll.end <= end.at)
		);
	});
}

function byEvent(jobs: Jobs): Map<string, Change[]> {
	const happened = new Map<string, Change[]>();
	for (const change of jobs.changes) {
		const same = happened.get(change.eventId);
		if (same === undefined) happened.set(change.eventId, [change]);
		else same.push(change);
	}
	return happened;
}

/** Ids of events that the rows prove. */
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
