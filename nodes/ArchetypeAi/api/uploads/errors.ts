import type { NodeApiError } from 'n8n-workflow';

import { apiError } from '../errors';
import type { RequestInfo } from '../errors';

/** The error for a file that the service or its storage did not accept as it is. */
export function uploadError(info: RequestInfo, problem: string): NodeApiError {
	return apiError(info, {
		message: `${info.subject} could not be uploaded: ${problem}`,
		lines: ['Run the node again. If this persists, check the file in the Archetype AI console.'],
		failure: { cause: 'temporarily-unavailable' },
	});
}
