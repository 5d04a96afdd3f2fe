import type { IDataObject } from 'n8n-workflow';

import type { ArchetypeAiClient } from '../api/client';
import { isNotFound } from '../api/errors';
import { jobs, readJob } from '../api/jobs';
import type { Job } from '../api/jobs';

export interface JobPage {
	/** Number of matching rows, as the service counts them now. */
	total: number;
	/** The well-formed rows. */
	rows: Job[];
	/** Rows on the page, including malformed ones. */
	length: number;
	/** What is wrong with the malformed ones. */
	malformed: string[];
	/** The service's clock, epoch ms. */
	at: number;
}

/** What the trigger needs from the service; tests substitute a model of it. */
export interface JobSource {
	/** A page of the jobs of one status, or of all jobs. */
	page(status: string | undefined, offset: number, limit: number): Promise<JobPage>;
	/** A job by ID, or null when the service itself says that it does not exist. */
	get(jobId: string): Promise<Job | null>;
}

/** The service's jobs that pass the given filters (`pipeline_type`, `q`). */
export function jobSource(client: ArchetypeAiClient, filters: IDataObject): JobSource {
	return {
		async page(status, offset, limit) {
			const list = jobs(client, { ...filters, status });
			const { total, rows, malformed = [], at } = await list.page(offset, limit);
			const length = rows.length + malformed.length;
			return { total, rows, malformed: malformed.map(({ problem }) => problem), at, length };
		},
		async get(jobId) {
			return await readJob(client, jobId).catch(nullIfNotFound);
		},
	};
}

function nullIfNotFound(error: Error): null {
	if (isNotFound(error)) return null;
	throw error;
}
