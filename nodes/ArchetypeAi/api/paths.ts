import type { NodeOperationError } from 'n8n-workflow';

import { idSchema } from './row';

/** What says what is wrong with what the user entered. */
interface Complains {
	usageError(message: string, advice: string): NodeOperationError;
}

/**
 * The path of a job, or of something below it. Ids are not checked against one format, since the
 * service's own samples differ, but nothing may pass that would change the path.
 *
 * @throws NodeOperationError when the id is empty or not an id.
 */
export function jobPath(client: Complains, jobId: string, below = ''): string {
	if (jobId === '') {
		throw client.usageError(
			'No job was chosen',
			'Choose a job from the list, or enter its ID, such as job_3h7m2k9xq4e8vt1c5b0n6dzr8w. An expression may have given an empty value for this item.',
		);
	}
	if (!idSchema.safeParse(jobId).success) {
		throw client.usageError(
			`"${jobId.slice(0, 80)}" is not a job ID`,
			'A job ID has only letters, digits, _ and -, such as job_3h7m2k9xq4e8vt1c5b0n6dzr8w.',
		);
	}
	return `/batch/jobs/${jobId}${below}`;
}
