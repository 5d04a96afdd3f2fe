import type { IDataObject } from 'n8n-workflow';
import { z } from 'zod';

import type { ArchetypeAiClient } from './client';
import { countSchema } from './row';

const queueSchema = z.object({ pipeline_type: z.string(), depth: countSchema }).passthrough();

export type Queue = z.infer<typeof queueSchema>;

/**
 * `GET /batch/jobs/queue`: how many jobs are waiting, by pipeline type, across all organizations.
 *
 * @throws NodeApiError when it cannot be read.
 */
export async function readQueues(client: ArchetypeAiClient): Promise<Queue[]> {
	const request = { path: '/batch/jobs/queue', subject: 'The list of queues' };
	const { queues } = await client.request(request, z.object({ queues: z.array(queueSchema) }));
	return queues;
}

export const queueItem = (queue: Queue): IDataObject => queue as IDataObject;
