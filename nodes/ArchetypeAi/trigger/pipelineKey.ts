import type { Job } from '../api/jobs';

const MOST_SHOWN = 5;

/** Whether a job passes the Pipeline Key filter, which the service lacks; an empty key passes all jobs. */
export const hasKey = ({ pipeline_key }: Job, key: string): boolean =>
	key === '' || pipeline_key === key;

/**
 * A sentence saying that none of these jobs has the key, and which keys they do have; undefined when
 * one has it, or when there is no job or no key.
 */
export function unknownKey(jobs: Job[], key: string): string | undefined {
	if (key === '' || jobs.length === 0 || jobs.some((job) => hasKey(job, key))) return undefined;
	const keys = new Set(jobs.map(({ pipeline_key }) => pipeline_key));
	const shown = [...keys].filter((known) => typeof known === 'string').sort();
	const names = shown.slice(0, MOST_SHOWN).map((name) => `"${name}"`);
	const more = shown.length > MOST_SHOWN ? ', and others' : '';
	const seen = names.length === 0 ? 'They have none.' : `They have ${names.join(', ')}${more}.`;
	return `None of the ${jobs.length} jobs checked has the Pipeline Key "${key}". ${seen}`;
}
