import type { INodeProperties } from 'n8n-workflow';

import { Links } from '../../api/download/links';
import { outputs } from '../../api/lists';
import { readRows } from '../../api/pages';
import type { Output } from '../../api/schemas';
import { filtersField, inputIdFilter, portFilter } from '../../fields/filters';
import { readJobId } from '../jobId';
import { nothingFound } from '../leftOut';
import type { OperationRun } from '../operation';

const createdAfterFilter: INodeProperties = {
	displayName: 'Created After',
	name: 'createdAfter',
	type: 'dateTime',
	default: '',
	description:
		'Only return outputs made after this time. Without a time zone in it, that of the workflow counts.',
};

const fileNameFilter: INodeProperties = {
	displayName: 'File Name',
	name: 'fileName',
	type: 'string',
	default: '',
	placeholder: 'e.g. pred_*_part_*.csv',
	description: 'Only return files whose name fits; * stands for any text, ? for one character',
};

const outputPortFilter = portFilter('getOutputPorts');

/** The filters of the three output operations; Created After and File Name are applied here. */
export const outputFilters = filtersField([
	createdAfterFilter,
	fileNameFilter,
	inputIdFilter,
	outputPortFilter,
]);

export interface Selection {
	/** What the filters leave, in the list's order. */
	selected: Output[];
	/** Whether there are more than `limit`. */
	isCut: boolean;
	links: Links;
}

/**
 * The item's outputs: filtered by the service as far as it can, then here, `limit` at most. A hint
 * says so when there are none.
 *
 * @throws NodeApiError when the list cannot be read; NodeOperationError for a filter that cannot be
 * meant.
 */
export async function selectOutputs(
	run: OperationRun,
	limit: number,
	concurrency: number,
): Promise<Selection> {
	const filters = run.parameters.within(outputFilters);
	const query = {
		port_name: filters.text(outputPortFilter),
		input_id: filters.text(inputIdFilter),
	};
	const list = outputs(run.client, readJobId(run), query, run.itemIndex);
	const matches = matcher(filters.text(fileNameFilter), filters.time(createdAfterFilter));

	const read: Output[] = [];
	const selected: Output[] = [];
	let isCut = false;
	const rowsNeeded = matches === undefined ? limit : Infinity;
	for await (const rows of readRows(list, rowsNeeded, {
		concurrency,
		onCut: () => (isCut = true),
	})) {
		for (const row of rows) {
			read.push(row);
			if (matches?.(row) ?? true) selected.push(row);
		}
		// One more than wanted tells that there is more.
		if (selected.length > limit) break;
	}
	if (selected.length === 0) {
		const isFiltered = matches !== undefined || Object.values(query).some(Boolean);
		nothingFound(run, 'outputs', isFiltered);
	}
	return {
		selected: selected.slice(0, limit),
		isCut: isCut || selected.length > limit,
		links: new Links(run.client, list, read),
	};
}

/** Whether an output passes the filters that the service does not apply; undefined without any. */
function matcher(
	fileName: string | undefined,
	after: number | undefined,
): ((output: Output) => boolean) | undefined {
	const name = fileName === undefined ? undefined : globToRegExp(fileName);
	if (name === undefined && after === undefined) return undefined;
	return ({ created_at, data }) =>
		(name === undefined || name.test(data.filename ?? '')) &&
		!(after !== undefined && Date.parse(created_at ?? '') <= after);
}

function globToRegExp(glob: string): RegExp {
	const escaped = glob.replace(/[.+^${}()|[\]\\]/g, '\\$&');
	return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'is');
}
