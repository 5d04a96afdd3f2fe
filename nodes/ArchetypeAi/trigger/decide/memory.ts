import type { Job } from '../../api/jobs';
import {
	attemptOf,
	createdAt,
	ENDED,
	EVENT_STATUS,
	isActive,
	lastEndOf,
	provenEvents,
	rankOf,
} from './events';
import type { JobEvent } from './events';
import { unpackJobs } from './followed';
import type { Followed, FollowedJobs } from './followed';
import { KEY_LENGTH, keyOf } from './hash';
import { Ledger } from './ledger';
import type { Limits } from '../limits';
import type { State } from './state';

/** How far a job had come when it was last seen. */
interface Known {
	attempt: number;
	rank: number;
	preemptions: number;
	/** Null when only its end is remembered. */
	status: string | null;
}

/** Key of an event and its second, as stored by the first version of the state. */
export const REPORTED = /[\w-]{8}[0-9a-z]{6}/g;

/** Everything remembered about jobs: those that are followed, and those that were seen ended. */
export class Memory {
	readonly followed: FollowedJobs;
	readonly newJobs: Ledger;
	readonly ends: Ledger;
	private readonly oldUpTo: number;
	/** Digests of events remembered by the first version of the state. */
	private readonly reported: ReadonlySet<string>;

	constructor(state: State, limits: Limits, idOf: ReadonlyMap<string, string> = new Map()) {
		this.followed = unpackJobs(state.followed, idOf);
		this.newJobs = new Ledger(state.newJobs, limits.newJobs);
		this.ends = new Ledger(state.ends, limits.ends);
		this.oldUpTo = state.oldUpTo;
		const reported = state.reported?.match(REPORTED) ?? [];
		this.reported = new Set(reported.map((entry) => entry.slice(0, KEY_LENGTH)));
	}

	follows(jobId: string): Followed | undefined {
		return this.followed.get(keyOf(jobId));
	}

	/** Whether an earlier look saw the job, or must have seen it. */
	knows(job: Job): boolean {
		return this.newJobs.covers(createdAt(job)) || this.last(job.id) !== undefined;
	}

	/** What is remembered about a job. */
	last(jobId: string): Known | undefined {
		const key = keyOf(jobId);
		const followed = this.followed.get(key);
		const ends = [this.newJobs.attemptOf(key), this.ends.attemptOf(key)];
		const attempt = Math.max(...ends.map((end) => end ?? -1));
		// A run that was seen ended has ended, whatever unknown status it shows later.
		if (followed !== undefined && followed.attempt > attempt) {
			const { status, preemptions } = followed;
			return { attempt: followed.attempt, rank: rankOf(status), preemptions, status };
		}
		return attempt < 0 ? undefined : { attempt, rank: ENDED, preemptions: 0, status: null };
	}

	/**
	 * Whether an event has not been reported yet: it is ahead of what was last seen of its job. For a job
	 * that is not remembered, everything is new if it was created after all that was forgotten; otherwise
	 * what happened after the forgotten ends, and not after now.
	 */
	isNew(event: JobEvent, now: number): boolean {
		if (this.reported.size > 0 && this.reported.has(keyOf(event.id))) return false;
		const known = this.last(event.job.id);
		if (known !== undefined) {
			const isAhead = this.isAhead(event, known);
			if (isAhead !== undefined) return isAhead;
		} else if (!this.newJobs.covers(createdAt(event.job))) return true;
		const wasSeen = event.attempt === 0 && createdAt(event.job) > this.oldUpTo;
		return !wasSeen && !this.ends.covers(event.at) && event.at <= now;
	}

	/** Remembers a row: an active job is followed, an ended one goes into a ledger. */
	keep(job: Job, mark: string): void {
		const key = keyOf(job.id);
		const before = this.followed.get(key);
		this.followed.delete(key);
		const attempt = attemptOf(job);
		if (!isActive(job)) {
			const isNew = !this.newJobs.covers(createdAt(job));
			if (isNew) this.newJobs.add(key, attempt, createdAt(job));
			// Ends of retried and of pre-existing jobs are rare, and remembered for longer.
			const isSpecial = attempt > 0 || !isNew || createdAt(job) <= this.oldUpTo;
			if (isSpecial && !this.ends.covers(lastEndOf(job))) {
				this.ends.add(key, attempt, lastEndOf(job));
			}
			return;
		}
		const isSameRun = before !== undefined && before.attempt === attempt;
		const shown = provenEvents(job)
			.filter((event) => event.attempt === attempt)
			.map(({ name }): string => EVENT_STATUS[name]);
		const status = [...shown, ...(isSameRun ? [before.status] : [])].reduce(
			(furthest, other) => (rankOf(other) > rankOf(furthest) ? other : furthest),
			job.status,
		);
		const preemptions = Math.max(job.preemption_count ?? 0, isSameRun ? before.preemptions : 0);
		this.followed.set(key, { id: job.id, status, attempt, preemptions, mark });
	}

	/** Stops following a job. Should it be seen again, the ends of its earlier runs are not new. */
	giveUp(jobId: string, at: number): void {
		const key = keyOf(jobId);
		const { attempt = 0 } = this.followed.get(key) ?? {};
		if (attempt > 0) this.ends.add(key, attempt - 1, at);
		this.followed.delete(key);
	}

	/** Undefined when what was seen of the job does not decide it. */
	private isAhead({ name, attempt, job }: JobEvent, known: Known): boolean | undefined {
		if (attempt !== known.attempt) return attempt > known.attempt;
		if (name === 'preempted') {
			return known.rank < ENDED && (job.preemption_count ?? 0) > known.preemptions;
		}
		const rank = rankOf(EVENT_STATUS[name]);
		// After an undocumented status, it may have been further before.
		if (known.rank < 0 && rank < ENDED) return undefined;
		return rank > known.rank;
	}
}
