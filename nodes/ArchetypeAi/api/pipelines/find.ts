import type { NodeOperationError } from 'n8n-workflow';

import type { ArchetypeAiClient } from '../client';
import { readRows } from '../pages';
import { choiceFrom, chosenVersion, isPublished, newestFirst } from './choice';
import type { PipelineChoice } from './choice';
import { pipelines, readPipeline } from './pipeline';
import type { Pipeline } from './pipeline';

/** Rows of the registry to search; every version is one. */
const MOST_ROWS = 2_000;

/** All pipelines of the registry with their versions, up to 2,000 rows. */
export async function readRegistry(
	client: ArchetypeAiClient,
	query: Parameters<typeof pipelines>[1] = {},
): Promise<Pipeline[]> {
	const rows: Pipeline[] = [];
	for await (const page of readRows(pipelines(client, query), MOST_ROWS)) rows.push(...page);
	return rows;
}

/**
 * The pipeline for a text: an ID, a key for its newest published version, or `key@version`.
 *
 * @throws NodeOperationError that lists what exists when there is none; NodeApiError from the service.
 */
export async function findPipeline(client: ArchetypeAiClient, text: string): Promise<Pipeline> {
	if (text === '') {
		throw client.usageError(
			'"Pipeline" is empty: no pipeline was chosen',
			'Choose one from the list, or enter its key, such as machine-state-classification. An expression may have given an empty value for this item.',
		);
	}
	if (/^(?:ppl|pip)_\w+$/.test(text)) return await readPipeline(client, text);
	const choice = choiceFrom(text);
	const rows = await readRegistry(client);
	const found = chosenVersion(rows, choice);
	if (found === undefined) throw noSuchPipeline(client, rows, choice);
	return found;
}

function noSuchPipeline(
	client: ArchetypeAiClient,
	rows: Pipeline[],
	{ key, version }: PipelineChoice,
): NodeOperationError {
	const versions = newestFirst(rows.filter(({ pipeline_key }) => pipeline_key === key));
	if (versions.length === 0) {
		const keys = [...new Set(rows.filter(isPublished).map((row) => row.pipeline_key))].sort();
		return client.usageError(
			`"Pipeline": there is no pipeline "${key}"`,
			`The registry has: ${keys.join(', ') || 'none'}. Choose one from the list, or correct the key.`,
		);
	}
	const names = versions.map((row) => `${row.pipeline_version} (${row.status ?? 'published'})`);
	const problem =
		version === undefined ? 'has no published version' : `has no version "${version}"`;
	return client.usageError(
		`"Pipeline": the pipeline "${key}" ${problem}`,
		`Its versions are: ${names.join(', ')}. Choose one from the list, or correct the version after the @.`,
	);
}
