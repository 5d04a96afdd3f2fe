import { join } from 'node:path';

import type { Cost } from '../measure';
import { Worker } from '../worker';
import type { Job } from './client';

export { CONCURRENCY, type Job } from './client';

/** Ways to fetch the files of a job; each file in this folder describes one. */
export type ClientName =
	'ours' | 'combined' | 'hostHelper' | 'httpRequestNode' | 'sequential' | 'undici';

export interface Fetch {
	job: Job;
	/** Whether to hash the content of the first file, too. */
	hash?: boolean;
}

/** What fetching the files of a job returned, and what it cost. */
export interface Fetched extends Cost {
	files: number;
	bytes: number;
	sha256?: string;
}

/** A client in a fresh process. `installation`: folder of the n8n with the HTTP Request node. */
export function startClient(name: ClientName, installation = ''): Worker<Fetch, Fetched> {
	return new Worker(name, join(__dirname, 'main.ts'), [name, installation]);
}
