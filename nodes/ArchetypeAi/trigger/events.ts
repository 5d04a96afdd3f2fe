import type { Job } from '../api/schemas';

/** What a user can choose to be told of, and the status a job changes into. */
export const EVENT_STATUS = {
	queued: 'PENDING',
	admitted: 'ADMITTED',
	started: 'RUNNING',
	preempted: 'PREEMPTED',
	completed: 'COMPLETED',
	failed: 'FAILED',
	cancelled: 'CANCELLED',
} as const;

export type EventName = keyof typeof EVENT_STATUS;

/** Statuses of jobs that still change by themselves; the others are left only by a retry. */
export const ACTIVE_STATUSES = ['PENDING', 'ADMITTED', 'RUNNING', 'PREEMPTED'] as const;

const END_STAMPS = {
	completed: 'completed_at',
	failed: 'failed_at',
	cancelled: 'cancelled_at',
} as const;

export const isActive = ({ status }: Pick<Job, 'status'>): boolean =>
	(ACTIVE_STATUSES as readonly string[]).includes(status);

/** A change of status that a job's row proves. */
export interface JobEvent {
	/** Stable: the same change always has the same id. */
	id: string;
	name: EventName;
	job: Job;
	/** Retries before this change: 0 for the first run. */
	attempt: number;
	/** When it happened by the service's clock, epoch ms. */
	at: number;
}

/**
 * The changes a row proves, oldest first: by its status, and by timestamps that outlive it. A job
 * that started and ended between two looks still shows `started_at`; one that failed, was retried
 * and runs again still shows `failed_at`. `admitted` and `preempted` leave no timestamp and are
 * proved only while they last.
 */
export function provenEvents(job: Job): JobEvent[] {
	const attempt = job.retry_count ?? 0;
	const earlier = earlierEnd(job, attempt);
	const events = earlier === undefined ? [] : [earlier];
	const add = (name: EventName, at: number) => {
		events.push({ id: eventId(job, name, attempt), name, job, attempt, at });
	};

	if (attempt === 0) add('queued', time(job.created_at));
	else if (job.status === 'PENDING') add('queued', changedAt(job));
	if (job.status === 'ADMITTED') add('admitted', changedAt(job));
	if (hasStarted(job, attempt)) add('started', time(job.started_at));
	if (job.status === 'PREEMPTED') add('preempted', changedAt(job));

	for (const name of ['completed', 'failed', 'cancelled'] as const) {
		if (job.status === EVENT_STATUS[name]) add(name, time(job[END_STAMPS[name]]) || changedAt(job));
	}
	return events.sort((a, b) => a.at - b.at);
}

/**
 * Whether `started_at` is of the present run: after a retry the old one may still be shown. A retried
 * job that was cancelled may never have started, so there it has to be later than the end before;
 * that is surely shown only when there was one run before, see `earlierEnd`.
 */
function hasStarted(job: Job, attempt: number): boolean {
	const started = time(job.started_at);
	if (started === 0) return false;
	if (attempt === 0) return true;
	if (job.status === 'PENDING' || job.status === 'ADMITTED') return false;
	const lastEnd = Math.max(0, ...earlierEnds(job).map(({ at }) => at));
	return started > lastEnd && (job.status !== 'CANCELLED' || (lastEnd > 0 && attempt === 1));
}

/**
 * The end of the run before, when its timestamp is still shown: the later of `failed_at` and
 * `cancelled_at`. A job that failed or was cancelled again has overwritten one of the two, so the
 * other is surely of the run before only when there was no other run. Two equal ones tell nothing.
 */
function earlierEnd(job: Job, attempt: number): JobEvent | undefined {
	const endedAgain = job.status === 'FAILED' || job.status === 'CANCELLED';
	if (attempt === 0 || (endedAgain && attempt > 1)) return undefined;
	const [last, other] = earlierEnds(job).sort((a, b) => b.at - a.at);
	if (last === undefined || last.at === other?.at) return undefined;
	return { ...last, id: eventId(job, last.name, attempt - 1), job, attempt: attempt - 1 };
}

/** Ends that are shown and that the present run has not overwritten. */
const earlierEnds = (job: Job): Array<{ name: 'failed' | 'cancelled'; at: number }> =>
	(['failed', 'cancelled'] as const)
		.filter((name) => job.status !== EVENT_STATUS[name])
		.map((name) => ({ name, at: time(job[END_STAMPS[name]]) }))
		.filter(({ at }) => at > 0);

/** Job, status and retry count; a run can be preempted several times, so that has its count, too. */
function eventId(job: Job, name: EventName, attempt: number): string {
	const times = name === 'preempted' ? `.${job.preemption_count ?? 0}` : '';
	return `${job.id}:${EVENT_STATUS[name]}:${attempt}${times}`;
}

const changedAt = (job: Job): number => time(job.updated_at) || time(job.created_at);

/** Epoch ms; 0 when there is none. */
export function time(timestamp: string | null | undefined): number {
	return Date.parse(timestamp ?? '') || 0;
}
