import type { Job } from '../../api/jobs';
import { time } from './time';

/** The events that a user can choose, and the status that a job changes to. */
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

/** Statuses that have a list of active jobs. */
export const ACTIVE_STATUSES = ['PENDING', 'ADMITTED', 'RUNNING', 'PREEMPTED'] as const;

const END_STAMPS = {
	completed: 'completed_at',
	failed: 'failed_at',
	cancelled: 'cancelled_at',
} as const;
const ENDS = ['completed', 'failed', 'cancelled'] as const;

/** How far a run has come; -1 for an undocumented status, which counts as active. */
const RANKS: ReadonlyMap<string, number> = new Map([
	['PENDING', 0],
	['ADMITTED', 1],
	['RUNNING', 2],
	['PREEMPTED', 2],
	['COMPLETED', 3],
	['FAILED', 3],
	['CANCELLED', 3],
]);
export const ENDED = 3;
export const rankOf = (status: string): number => RANKS.get(status) ?? -1;

/** Only the three end statuses are ends; a job in any other status, known or not, is followed. */
export const isActive = ({ status }: Pick<Job, 'status'>): boolean => rankOf(status) < ENDED;

/** A status change that a job's row proves. */
export interface JobEvent {
	/** Stable: the same change always has the same ID. */
	id: string;
	name: EventName;
	job: Job;
	/** Retries before this change: 0 for the first run. */
	attempt: number;
	/** When it happened by the row's own clock, epoch ms; 0 when the row does not say. */
	at: number;
}

export const attemptOf = ({ retry_count }: Job): number => retry_count ?? 0;
export const createdAt = (job: Job): number => time(job.created_at);
const changedAt = (job: Job): number => time(job.updated_at) || createdAt(job);

/**
 * The changes that a row proves, oldest first: by its status, and by timestamps that outlast it.
 * `admitted` and `preempted` leave no timestamp and are proved only while they last.
 */
export function provenEvents(job: Job): JobEvent[] {
	const attempt = attemptOf(job);
	const before = endBefore(job);
	const events = before === undefined ? [] : [before];
	const add = (name: EventName, at: number) => {
		events.push({ id: eventId(job, name, attempt), name, job, attempt, at });
	};

	if (attempt === 0) add('queued', createdAt(job));
	else if (job.status === 'PENDING') add('queued', changedAt(job));
	if (job.status === 'ADMITTED') add('admitted', changedAt(job));
	if (hasStarted(job, before?.at)) add('started', time(job.started_at) || changedAt(job));
	if (job.status === 'PREEMPTED') add('preempted', changedAt(job));
	for (const name of ENDS) {
		if (job.status === EVENT_STATUS[name]) add(name, endedAt(job, name));
	}
	return events;
}

const endedAt = (job: Job, name: (typeof ENDS)[number]): number =>
	time(job[END_STAMPS[name]]) || changedAt(job);

/** When an ended job ended, by its own clock, epoch ms. */
export function lastEndOf(job: Job): number {
	const name = ENDS.find((end) => EVENT_STATUS[end] === job.status);
	return name === undefined ? changedAt(job) : endedAt(job, name);
}

/**
 * Whether the current run has started. The status says so, or `started_at`; but after a retry the row
 * may still show that of the previous run, so it has to be later than the end of that run, which is
 * known only while the row still shows it.
 */
function hasStarted(job: Job, endBeforeAt: number | undefined): boolean {
	const started = time(job.started_at);
	if (job.status === 'RUNNING' || job.status === 'PREEMPTED') return true;
	if (job.status === 'COMPLETED') return started > 0;
	if (attemptOf(job) === 0) return started > 0;
	// The end shown by an active job may belong to an earlier run than the previous one.
	const isOfLastRun = !isActive(job) || attemptOf(job) === 1;
	return isOfLastRun && endBeforeAt !== undefined && started > endBeforeAt;
}

/**
 * The end of the previous run, while its timestamp is still shown: the later of `failed_at` and
 * `cancelled_at`. A job that failed or was cancelled again has overwritten one of the two, so the other
 * belongs to the previous run only if there was no further run. Two equal ones prove nothing, nor does
 * one that is later than the current end.
 */
function endBefore(job: Job): JobEvent | undefined {
	const attempt = attemptOf(job);
	const endsAgain = job.status === 'FAILED' || job.status === 'CANCELLED';
	if (attempt === 0 || (endsAgain && attempt > 1)) return undefined;
	const [last, other] = (['failed', 'cancelled'] as const)
		.filter((name) => job.status !== EVENT_STATUS[name])
		.map((name) => ({ name, at: time(job[END_STAMPS[name]]) }))
		.filter(({ at }) => at > 0)
		.sort((a, b) => b.at - a.at);
	if (last === undefined || last.at === other?.at) return undefined;
	if (!isActive(job) && last.at > lastEndOf(job)) return undefined;
	return { ...last, id: eventId(job, last.name, attempt - 1), job, attempt: attempt - 1 };
}

/** Job, status and retry count, plus the preemption count, since a run can be preempted several times. */
function eventId(job: Job, name: EventName, attempt: number): string {
	const times = name === 'preempted' ? `.${job.preemption_count ?? 0}` : '';
	return `${job.id}:${EVENT_STATUS[name]}:${attempt}${times}`;
}
