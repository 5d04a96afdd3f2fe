import type { NodeApiError } from 'n8n-workflow';

import { apiError } from '../errors';
import type { RequestInfo } from '../errors';

/** The error for a file that could not be had whole, with what is wrong with it. */
export function storageError(info: RequestInfo, problem: string): NodeApiError {
	return apiError(info, {
		message: `${info.subject} could not be downloaded: ${problem}`,
		lines: ['Run the node again. If it lasts, check the output in the Archetype AI console.'],
		failure: { cause: 'temporarily-unavailable' },
	});
}

/** The error for a file that n8n's own store of files did not take. */
export function keepingError(info: RequestInfo, said: string): NodeApiError {
	return apiError(info, {
		message: `${info.subject} arrived, but n8n could not store it: ${said}`,
		lines: [
			"Look at n8n's setting for binary data (N8N_DEFAULT_BINARY_DATA_MODE) and at the room on its disk. In memory, n8n keeps no file above 400 MB: set the mode to filesystem.",
		],
	});
}

/** The error for a file that arrived whole and holds something else than the operation can use. */
export function contentError(info: RequestInfo, problem: string): NodeApiError {
	return apiError(info, {
		message: `${info.subject} cannot be used here: ${problem}`,
		lines: [
			'Look at the file with the operation Download, which takes any content. To get the others, leave it out with Filters.',
		],
	});
}
