import type { INode } from 'n8n-workflow';

import { usageError } from './errors';

/**
 * The path of a job, or of something below it. Ids are not checked against one format, since the
 * service's own samples differ, but nothing may pass that would change the path.
 *
 * @throws NodeOperationError when the id is empty or not an id.
 */
export function jobPath(node: INode, jobId: string, below = '', itemIndex?: number): string {
	if (jobId === '') {
		throw usageError(
			node,
			'No job was chosen',
			'Choose a job from the list, or enter its ID, such as job_3h7m2k9xq4e8vt1c5b0n6dzr8w. An expression may have given an empty value for this item.',
			itemIndex,
		);
	}
	if (!/^[A-Za-z0-9_-]+$/.test(jobId)) {
		throw usageError(
			node,
			`"${jobId.slice(0, 80)}" is not a job ID`,
			'A job ID has only letters, digits, _ and -, such as job_3h7m2k9xq4e8vt1c5b0n6dzr8w.',
			itemIndex,
		);
	}
	return `/batch/jobs/${jobId}${below}`;
}
