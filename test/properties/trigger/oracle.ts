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
	const { begun, from, until, chosen, mayRepeat } = watched;
	const happened = new Map<string, Change[]>();
	for (const change of jobs.changes) {
		happened.set(change.eventId, [...(happened.get(change.eventId) ?? []), change]);
	}
	const told = new Set(begun);
	const problems: string[] = [];
	for (const eventId of owed(jobs)) {
		const [first] = happened.get(eventId) ?? [];
		if (first?.name === undefined || !chosen.has(first.name) || first.at <= until) continue;
		if (!told.has(eventId)) problems.push(`lost: ${eventId}`);
	}
	for (const eventId of told) {
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
