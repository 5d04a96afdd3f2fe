import type { NodeApiError } from 'n8n-workflow';

import { apiError } from '../errors';
import type { RequestInfo } from '../errors';

/** The error for a file that could not be downloaded completely, with the reason. */
export function storageError(info: RequestInfo, problem: string): NodeApiError {
	return apiError(info, {
		message: `${info.subject} could not be downloaded: ${problem}`,
		lines: ['Run the node again. If this persists, check the file in the Archetype AI console.'],
		failure: { cause: 'temporarily-unavailable' },
	});
}

/** The error for a file that n8n could not store. */
export function keepingError(info: RequestInfo, said: string): NodeApiError {
	return apiError(info, {
		message: `${info.subject} arrived, but n8n could not store it: ${said}`,
		lines: [
			"Check n8n's setting for binary data (N8N_DEFAULT_BINARY_DATA_MODE) and the free space on its disk. In memory, n8n keeps no file above 400 MB: set the mode to filesystem.",
		],
	});
}

/** The error for a file that arrived whole but has content that the operation cannot use. */
export function contentError(info: RequestInfo, problem: string): NodeApiError {
	return apiError(info, {
		message: `${info.subject} cannot be used here: ${problem}`,
		lines: [
			'Use the operation Download, which takes any content, to look at the file. To get the others, leave it out with Filters.',
		],
	});
}
