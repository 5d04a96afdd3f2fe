import { join } from 'node:path';

import type { Cost } from '../measure';
import { Worker } from '../worker';

export interface Upload {
	url: string;
	apiKey: string;
	files: Array<{ name: string; bytes: number }>;
	/** Number of concurrent files. */
	concurrency: number;
}

export interface Uploaded extends Cost {
	/** As counted by the service, over all files. */
	bytes: number;
}

/** A process that uploads. */
export const startUploader = (): Worker<Upload, Uploaded> =>
	new Worker('uploader', join(__dirname, 'worker.ts'), []);
