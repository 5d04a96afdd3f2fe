import type { IDataObject } from 'n8n-workflow';
import { z } from 'zod';

import type { ArchetypeAiClient } from './client';
import { jobPath } from './paths';
import { countSchema } from './row';

const countsSchema = z
	.object({
		job_id: z.string().nullish(),
		pending: countSchema,
		processing: countSchema,
		completed: countSchema,
		failed: countSchema,
	})
	.passthrough();

export type InputCounts = z.infer<typeof countsSchema>;

/**
 * `GET /batch/jobs/{id}/inputs/progress/counts`: how many tracked inputs are in each status, for all ports
 * or for one.
 *
 * @throws NodeOperationError when the ID is not valid; NodeApiError when they cannot be read.
 */
export async function readInputCounts(
	client: ArchetypeAiClient,
	jobId: string,
	portName?: string,
): Promise<InputCounts> {
	const path = jobPath(client, jobId, '/inputs/progress/counts');
	const request = { path, subject: `Job ${jobId}`, query: { port_name: portName } };
	return await client.request(request, countsSchema);
}

/** The counts with their total. */
export function inputCountsItem(counts: InputCounts): IDataObject {
	const { pending, processing, completed, failed } = counts;
	return { ...(counts as IDataObject), total: pending + processing + completed + failed };
}
