import type { IDataObject } from 'n8n-workflow';

import type { ArchetypeAiClient } from '../api/client';
import { isNotFound } from '../api/errors';
import { jobs } from '../api/lists';
import { jobPath } from '../api/paths';
import { jobSchema } from '../api/schemas';
import type { Job } from '../api/schemas';

export interface JobPage {
	/** Rows that match, as the service counts them at this moment. */
	total: number;
	/** Those that are as they should be. */
	rows: Job[];
	/** Rows of the page, the malformed ones included. */
	length: number;
	/** What is wrong with the others. */
	malformed: string[];
	/** The service's clock, epoch ms. */
	at: number;
}

/** What the trigger needs of the service; tests put a model of it here. */
export interface JobSource {
	/** A page of the jobs of one status or of all. */
	page(status: string | undefined, offset: number, limit: number): Promise<JobPage>;
	/** A job by id, or null when the service itself says that it does not have it. */
	get(jobId: string): Promise<Job | null>;
}

/** The jobs of the service that pass the given filters (`pipeline_type`, `q`). */
export function jobSource(client: ArchetypeAiClient, filters: IDataObject): JobSource {
	return {
		async page(status, offset, limit) {
			const list = jobs(client, { ...filters, status }, undefined, { keepsGoing: true });
			const { total, rows, malformed = [], at } = await list.page(offset, limit);
			return { total, rows, malformed, at, length: rows.length + malformed.length };
		},
		async get(jobId) {
			const path = jobPath(client.node, jobId);
			return await client
				.request({ path, subject: `Job ${jobId}` }, jobSchema)
				.catch(nullIfNotFound);
		},
	};
}

function nullIfNotFound(error: Error): null {
	if (isNotFound(error)) return null;
	throw error;
}
