import { NodeApiError } from 'n8n-workflow';
import type { IDataObject } from 'n8n-workflow';

import type { ArchetypeAiClient } from '../api/client';
import { jobs } from '../api/lists';
import type { List } from '../api/pages';
import { jobPath } from '../api/paths';
import { jobSchema } from '../api/schemas';
import type { Job } from '../api/schemas';

/** What the trigger needs of the service; tests put a model of it here. */
export interface JobSource {
	/** The list of jobs, of one status or of all. */
	list(status?: string): List<Job>;
	/** A job by id, or undefined when it does not exist (any more). */
	get(jobId: string): Promise<Job | undefined>;
}

/** The jobs of the service that pass the given filters (`pipeline_type`, `q`). */
export function jobSource(client: ArchetypeAiClient, filters: IDataObject): JobSource {
	return {
		list: (status) => jobs(client, { ...filters, status }),
		async get(jobId) {
			try {
				const path = jobPath(client.node, jobId);
				return await client.request({ path, subject: `Job ${jobId}` }, jobSchema);
			} catch (error) {
				if (error instanceof NodeApiError && error.httpCode === '404') return undefined;
				throw new NodeApiError(client.node, error as never);
			}
		},
	};
}
