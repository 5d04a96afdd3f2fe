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

/** Key of an event and its second, as the first version of the state has them. */
export const REPORTED = /[\w-]{8}[0-9a-z]{6}/g;

/** All that is remembered of jobs: those that are followed, and those that were seen ended. */
export class Memory {
	readonly followed: FollowedJobs;
	readonly newJobs: Ledger;
	readonly ends: Ledger;
	private readonly oldUpTo: number;
	/** Digests of events that the first version of the state remembers. */
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

	/** Whether an earlier look has seen the job, or must have. */
	knows(job: Job): boolean {
		return this.newJobs.covers(createdAt(job)) || this.last(job.id) !== undefined;
	}

	/** What is remembered of a job itself. */
	last(jobId: string): Known | undefined {
		const key = keyOf(jobId);
		const followed = this.followed.get(key);
		const ends = [this.newJobs.attemptOf(key), this.ends.attemptOf(key)];
		const attempt = Math.max(...ends.map((end) => end ?? -1));
		// A run that was seen ended has ended, whatever unknown status it shows afterwards.
		if (followed !== undefined && followed.attempt > attempt) {
			const { status, preemptions } = followed;
			return { attempt: followed.attempt, rank: rankOf(status), preemptions, status };
		}
		return attempt < 0 ? undefined : { attempt, rank: ENDED, preemptions: 0, status: null };
	}

	/**
	 * Whether an event was not reported yet: it is ahead of what was last seen of its job. Of a job that
	 * is not remembered, all is new when it was created later than all that was forgotten; else what
	 * happened later than the ends that were forgotten, and not later than now.
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

	/** Remembers a row: an active job is followed, an ended one is in a ledger. */
	keep(job: Job, mark: string): void {
		const key = keyOf(job.id);
		const before = this.followed.get(key);
		this.followed.delete(key);
		const attempt = attemptOf(job);
		if (!isActive(job)) {
			const isNew = !this.newJobs.covers(createdAt(job));
			if (isNew) this.newJobs.add(key, attempt, createdAt(job));
			// Ends of retried jobs and of those from before are rare, and remembered for longer.
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

	/** Follows a job no more. Should it be seen again, the ends of its earlier runs are not new. */
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
		// Seen in a status that nobody documented, it may have been further before.
		if (known.rank < 0 && rank < ENDED) return undefined;
		return rank > known.rank;
	}
}
