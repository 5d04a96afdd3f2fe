import { KEY_LENGTH, keyOf } from './hash';
import { DUE } from './round';

/** A job that was active when it was last seen. */
export interface Followed {
	/** Unknown when so many jobs are followed that only their keys are kept. */
	id?: string;
	/** How far its run has come. */
	status: string;
	attempt: number;
	preemptions: number;
	/** The mark of the poll that last saw it (round.ts). */
	mark: string;
}

/** Jobs by key, those not seen for longest first. */
export type FollowedJobs = Map<string, Followed>;

/** Beyond this many jobs, ordinary ones are kept as ten characters each. */
const MOST_WITH_IDS = 5_000;

const CODES: ReadonlyMap<string, string> = new Map([
	['PENDING', 'P'],
	['ADMITTED', 'A'],
	['RUNNING', 'R'],
	['PREEMPTED', 'E'],
]);
const STATUSES = new Map([...CODES].map(([status, code]) => [code, status]));
const SHORT_LENGTH = 2 + KEY_LENGTH;

/** The stored form of the followed jobs. */
export interface StoredJobs {
	/** One string for each job: mark, status, retries and preemptions if any, and the ID. */
	jobs: string[];
	/** Mark, status and key of the others, in one string. */
	others: string;
}

export function packJobs(followed: FollowedJobs): StoredJobs {
	const keepsIds = followed.size <= MOST_WITH_IDS;
	const jobs: string[] = [];
	let others = '';
	for (const [key, job] of followed) {
		const code = CODES.get(job.status);
		const isPlain = code !== undefined && job.attempt === 0 && job.preemptions === 0;
		if (job.id === undefined || (!keepsIds && isPlain)) {
			others += job.mark + (code ?? 'R') + key;
			continue;
		}
		const counts = isPlain ? '' : `${job.attempt}.${job.preemptions}.`;
		const status = code ?? `${job.status.replace(/[^\w-]/g, '_')}.`;
		jobs.push(`${job.mark}${code === undefined ? '?' : ''}${status}${counts}:${job.id}`);
	}
	return { jobs, others };
}

/** `idOf`: the IDs that this process knows, by key. */
export function unpackJobs(stored: StoredJobs, idOf: ReadonlyMap<string, string>): FollowedJobs {
	const followed: FollowedJobs = new Map();
	for (const text of stored.jobs) {
		const found = /^(.)(?:\?([\w-]+)\.|(\w))(?:(\d+)\.(\d+)\.)?:(.+)$/s.exec(text);
		if (found === null) continue;
		const [, mark = DUE, unknown, code = '', attempt, preemptions, id = ''] = found;
		followed.set(keyOf(id), {
			...{ id, mark, status: unknown ?? STATUSES.get(code) ?? 'RUNNING' },
			...{ attempt: Number(attempt ?? 0), preemptions: Number(preemptions ?? 0) },
		});
	}
	for (let at = 0; at + SHORT_LENGTH <= stored.others.length; at += SHORT_LENGTH) {
		const [mark = DUE, code = ''] = stored.others.slice(at, at + 2);
		const key = stored.others.slice(at + 2, at + SHORT_LENGTH);
		const status = STATUSES.get(code) ?? 'RUNNING';
		followed.set(key, { id: idOf.get(key), mark, status, attempt: 0, preemptions: 0 });
	}
	return followed;
}
