import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';

import { ArchetypeAiClient } from '../api/client';
import { readStoredFiles } from '../api/storedFiles';
import { isPlain } from './plain';

/** Files to search; more would not help in a list to choose from. */
const MOST_FILES = 10_000;

/** Uploaded files for the locator's list, by name; the service has no search. */
export async function searchFiles(
	this: ILoadOptionsFunctions,
	filter = '',
): Promise<INodeListSearchResult> {
	const client = await ArchetypeAiClient.connect(this);
	const names: string[] = [];
	for await (const files of readStoredFiles(client)) {
		for (const { file_id } of files) names.push(file_id);
		if (names.length >= MOST_FILES) break;
	}
	const wanted = filter.trim().toLowerCase();
	return {
		results: names
			.filter((name) => isPlain(name) && name.toLowerCase().includes(wanted))
			.sort()
			.map((name) => ({ name, value: name })),
	};
}
