import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { z } from 'zod';

import { ArchetypeAiClient } from '../api/client';
import { isPlain } from './plain';

const filesSchema = z.array(
	z.object({ file_id: z.string(), num_bytes: z.number().nullish() }).passthrough(),
);

/**
 * Uploaded files for the locator's list, by name: `GET /files/metadata`, which knows no search and sends
 * 1,000 files at most.
 */
export async function searchFiles(
	this: ILoadOptionsFunctions,
	filter = '',
): Promise<INodeListSearchResult> {
	const client = await ArchetypeAiClient.connect(this);
	const query = { shard_index: -1, max_items_per_shard: -1 };
	const request = { path: '/files/metadata', subject: 'The list of files', query };
	const files = await client.request(request, filesSchema);
	const wanted = filter.trim().toLowerCase();
	return {
		results: files
			.map(({ file_id }) => ({ name: file_id, value: file_id }))
			.filter(({ name }) => isPlain(name) && name.toLowerCase().includes(wanted))
			.sort((a, b) => (a.name < b.name ? -1 : 1)),
	};
}
