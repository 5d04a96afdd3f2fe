import { join } from 'node:path';

import type { Cost } from '../measure';
import { Worker } from '../worker';
import type { ListRequest } from './nodes';

export type ReaderName = 'thisNode' | 'httpRequestNode';

/** A list as read by a node, and what that cost. */
export interface Reading extends Cost {
	ids: string[];
}

const WARM_UP_PAGES = 10;

/**
 * Reads a list with a node in a fresh process, after a few warm-up pages. `installation`: folder of
 * the n8n that the HTTP Request node comes from. Rejects with the node's message if it fails.
 */
export async function readInProcess(
	name: ReaderName,
	installation: string,
	request: ListRequest,
): Promise<Reading> {
	const file = join(__dirname, 'main.ts');
	const worker = new Worker<ListRequest, Reading>(name, file, [name, installation]);
	try {
		await worker.ask({ ...request, pages: WARM_UP_PAGES });
		return await worker.ask(request);
	} finally {
		await worker.close();
	}
}
