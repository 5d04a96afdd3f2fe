import { join } from 'node:path';

import type { Cost } from '../measure';
import { Worker } from '../worker';

export interface Upload {
	url: string;
	apiKey: string;
	files: Array<{ name: string; bytes: number }>;
	/** Files at the same time. */
	concurrency: number;
}

export interface Uploaded extends Cost {
	/** What the service counts, of all files. */
	bytes: number;
}

/** A process that uploads. */
export const startUploader = (): Worker<Upload, Uploaded> =>
	new Worker('uploader', join(__dirname, 'worker.ts'), []);
