import type { NodeOperationError } from 'n8n-workflow';

import { LONGEST_NAME } from './dataRef';
import { idSchema } from './row';

/** Makes errors about what the user entered. */
interface Complains {
	usageError(message: string, advice: string): NodeOperationError;
}

/**
 * The path of a job, or of something below it. IDs are not checked against one format, since the
 * service's own samples differ, but nothing that would change the path may pass.
 *
 * @throws NodeOperationError when the ID is empty or not valid.
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

/**
 * The path of an uploaded file, whose ID is its name: any text, so it is encoded. Nothing that would still
 * lead elsewhere may pass.
 *
 * @throws NodeOperationError when the name is empty or not valid.
 */
export function filePath(client: Complains, below: string, fileId: string): string {
	if (fileId === '') {
		throw client.usageError(
			'No file was chosen',
			'Choose a file from the list, or enter its ID, which is its name, such as pump7.csv. An expression may have given an empty value for this item.',
		);
	}
	const isPath = fileId === '.' || fileId === '..';
	if (isPath || fileId.length > LONGEST_NAME || /\p{Cs}/u.test(fileId)) {
		throw client.usageError(
			`"${fileId.slice(0, 80)}" is not the name of a file`,
			'The ID of an uploaded file is its name, such as pump7.csv.',
		);
	}
	return `/files/${below}/${encodeURIComponent(fileId)}`;
}
