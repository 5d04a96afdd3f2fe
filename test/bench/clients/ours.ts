import { createHash } from 'node:crypto';

import type { INodeParameters } from 'n8n-workflow';

import { credentialFor, runNode } from '../../engine/harness';
import type { Client } from './client';
import { sizeOf } from './sizeOf';

/** This package's `output: download` in n8n's engine. */
const download = (options: INodeParameters): Client => ({
	async fetch(job) {
		const parameters = {
			resource: 'output',
			operation: 'download',
			jobId: { __rl: true, mode: 'id', value: job.jobId },
			returnAll: true,
			options,
		};
		const { items, error, binary } = await runNode(parameters, { credential: credentialFor(job) });
		if (error) throw error;
		return {
			...sizeOf(items),
			sha256: async () =>
				createHash('sha256')
					.update(await binary(items[0]!))
					.digest('hex'),
		};
	},
});

export const ours = download({});

/** With all parts of the job combined into one file. */
export const combined = download({ combine: 'job' });
