import type { INodeProperties } from 'n8n-workflow';

import { Links } from '../../api/download/links';
import { outputs } from '../../api/lists';
import { readRows } from '../../api/pages';
import type { List } from '../../api/pages';
import type { Output } from '../../api/schemas';
import { portFilter, readConcurrency, readFilters, readJobId } from '../fields';
import type { OperationRun } from '../operation';

interface Filters {
	createdAfter?: string;
	fileName?: string;
	inputId?: string;
	portName?: string;
}

/** The filters of the three output operations; `createdAfter` and `fileName` are applied here. */
export const outputFilters: INodeProperties = {
	displayName: 'Filters',
	name: 'filters',
	type: 'collection',
	placeholder: 'Add Filter',
	default: {},
	options: [
		{
			displayName: 'Created After',
			name: 'createdAfter',
			type: 'dateTime',
			default: '',
			description: 'Only return outputs made after this time',
		},
		{
			displayName: 'File Name',
			name: 'fileName',
			type: 'string',
			default: '',
			placeholder: 'e.g. pred_*_part_*.csv',
			description: 'Only return files whose name fits; * stands for any text, ? for one character',
		},
		{
			displayName: 'Input ID',
			name: 'inputId',
			type: 'string',
			default: '',
			placeholder: 'e.g. inp_0b4x8m2k9xq4e8vt1c5b0n6dzr',
			description: 'Only return outputs made from this input',
		},
		portFilter('getOutputPorts'),
	],
};

/** `GET /batch/jobs/{id}/outputs` with the filters that the service applies. */
function outputList(run: OperationRun): List<Output> {
	const { inputId, portName } = readFilters<Filters>(run);
	const query = { port_name: portName || undefined, input_id: inputId || undefined };
	return outputs(run.client, readJobId(run), query, run.itemIndex);
}

export interface Selection {
	/** What the filters leave, in the list's order. */
	selected: Output[];
	links: Links;
}

/**
 * The item's outputs: filtered by the service as far as it can, then here, `limit` at most.
 *
 * @throws NodeApiError when the list cannot be read.
 */
export async function selectOutputs(run: OperationRun, limit: number): Promise<Selection> {
	const list = outputList(run);
	const matches = outputMatcher(run);
	const read: Output[] = [];
	const selected: Output[] = [];
	const rowsNeeded = matches === undefined ? limit : Infinity;
	for await (const rows of readRows(list, rowsNeeded, { concurrency: readConcurrency(run) })) {
		for (const row of rows) {
			read.push(row);
			if (selected.length < limit && (matches?.(row) ?? true)) selected.push(row);
		}
		if (selected.length >= limit) break;
	}
	return { selected, links: new Links(run.client, list, read) };
}

/** Whether an output passes the filters that the service does not apply; undefined without any. */
function outputMatcher(run: OperationRun): ((output: Output) => boolean) | undefined {
	const { createdAfter, fileName } = readFilters<Filters>(run);
	const after = Date.parse(createdAfter ?? '');
	const name = fileName?.trim() ? globToRegExp(fileName.trim()) : undefined;
	if (name === undefined && Number.isNaN(after)) return undefined;
	return ({ created_at, data }) =>
		(name === undefined || name.test(data.filename ?? '')) &&
		!(Date.parse(created_at ?? '') <= after);
}

function globToRegExp(glob: string): RegExp {
	const escaped = glob.replace(/[.+^${}()|[\]\\]/g, '\\$&');
	return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'is');
}
