import type { Job } from '../api/jobs';

const MOST_SHOWN = 5;

/** Whether a job passes the filter Pipeline Key, which the service does not have; all do when it is empty. */
export const hasKey = ({ pipeline_key }: Job, key: string): boolean =>
	key === '' || pipeline_key === key;

/**
 * A sentence that says that none of these jobs has the key, and which ones they have; undefined when
 * one has it, when there is no job, or no key to look for.
 */
export function unknownKey(jobs: Job[], key: string): string | undefined {
	if (key === '' || jobs.length === 0 || jobs.some((job) => hasKey(job, key))) return undefined;
	const keys = new Set(jobs.map(({ pipeline_key }) => pipeline_key));
	const shown = [...keys].filter((known) => typeof known === 'string').sort();
	const names = shown.slice(0, MOST_SHOWN).map((name) => `"${name}"`);
	const more = shown.length > MOST_SHOWN ? ', and others' : '';
	const seen = names.length === 0 ? 'They have none.' : `They have ${names.join(', ')}${more}.`;
	return `None of the ${jobs.length} jobs that were looked at has the Pipeline Key "${key}". ${seen}`;
}
