import type { INodeProperties } from 'n8n-workflow';

import { ListedLinks } from '../../api/files/links';
import type { Links } from '../../api/files/links';
import { globMatcher } from '../../api/glob';
import { readRows } from '../../api/pages';
import { outputs } from '../../api/outputs';
import type { Output } from '../../api/outputs';
import { timeOf } from '../../api/time';
import { fileNameFilter, filtersField, inputIdFilter, portFilter } from '../../fields/filters';
import { readJobId } from '../jobId';
import { malformedRows, nothingFound } from '../leftOut';
import { lookThrough } from '../lookThrough';
import type { OperationRun } from '../operation';

const createdAfterFilter: INodeProperties = {
	displayName: 'Created After',
	name: 'createdAfter',
	type: 'dateTime',
	default: '',
	description:
		'Only return outputs created after this time. Without a time zone, that of the workflow is used.',
};

const nameFilter = fileNameFilter('e.g. pred_*_part_*.csv');

const madeFromFilter = inputIdFilter('Only return outputs made from this input');

const outputPortFilter = portFilter('getOutputPorts');

/** The filters of the three output operations; Created After and File Name are applied here. */
export const outputFilters = filtersField([
	createdAfterFilter,
	nameFilter,
	madeFromFilter,
	outputPortFilter,
]);

export interface Selection {
	/** The matching outputs, in the order of the list. */
	selected: Output[];
	/** Whether there are more than `limit`. */
	isCut: boolean;
	links: Links;
}

/**
 * The item's outputs: filtered by the service as far as it can, then here, at most `limit`. A hint says if there
 * are none.
 *
 * @throws NodeApiError when the list cannot be read; NodeOperationError for a filter value that makes no sense.
 */
export async function selectOutputs(
	run: OperationRun,
	limit: number,
	concurrency: number,
): Promise<Selection> {
	const filters = run.parameters.within(outputFilters);
	const query = {
		port_name: filters.text(outputPortFilter),
		input_id: filters.text(madeFromFilter),
	};
	const list = outputs(run.client, readJobId(run), query);
	const matches = matcher(filters.text(nameFilter), filters.time(createdAfterFilter));

	const read: Output[] = [];
	const selected: Output[] = [];
	let isCut = false;
	const rowsNeeded = matches === undefined ? limit : Infinity;
	const malformed = malformedRows(run, 'outputs');
	const reading = { concurrency, onMalformed: malformed.add, onCut: () => (isCut = true) };
	const pages = lookThrough(run, readRows(list, rowsNeeded, reading), 'outputs');
	for await (const rows of pages) {
		for (const row of rows) {
			read.push(row);
			if (matches?.(row) ?? true) selected.push(row);
		}
		// One extra row shows that there are more.
		if (selected.length > limit) break;
	}
	if (read.length === 0) malformed.check();
	if (selected.length === 0) {
		const isFiltered = matches !== undefined || Object.values(query).some(Boolean);
		nothingFound(run, 'outputs', isFiltered);
	}
	return {
		selected: selected.slice(0, limit),
		isCut: isCut || selected.length > limit,
		links: new ListedLinks(run.client, list, read),
	};
}

/** Whether an output passes the filters that the service does not apply; undefined without any. */
function matcher(
	fileName: string | undefined,
	after: number | undefined,
): ((output: Output) => boolean) | undefined {
	const fits = fileName === undefined ? undefined : globMatcher(fileName);
	if (fits === undefined && after === undefined) return undefined;
	return ({ created_at, data }) =>
		(fits === undefined || fits(data.filename ?? '')) &&
		!(after !== undefined && timeOf(created_at ?? '') <= after);
}
