import { tryToParseDateTime } from 'n8n-workflow';
import type { INodeProperties } from 'n8n-workflow';

import { Links } from '../../api/download/links';
import { usageError } from '../../api/errors';
import { globMatcher } from '../../api/glob';
import { outputs } from '../../api/lists';
import { readRows } from '../../api/pages';
import type { List } from '../../api/pages';
import type { Output } from '../../api/schemas';
import { text } from '../../api/text';
import { timeOf } from '../../api/time';
import { portFilter, readConcurrency, readFilters, readJobId } from '../fields';
import type { OperationRun } from '../operation';

interface Filters {
	/** ISO text as the picker gives it, without a zone; from an expression also a DateTime or a Date. */
	createdAfter?: unknown;
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
			description:
				'Only return outputs made after this time. Without a time zone in it, that of the workflow counts.',
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
 * @throws NodeApiError when the list cannot be read; NodeOperationError when Created After is no time.
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
	const after = toMillis(run, createdAfter);
	const fits = fileName?.trim() ? globMatcher(fileName.trim()) : undefined;
	if (fits === undefined && after === undefined) return undefined;
	return ({ created_at, data }) =>
		(fits === undefined || fits(data.filename ?? '')) &&
		!(after !== undefined && timeOf(created_at ?? '') <= after);
}

/** Epoch ms of Created After; undefined when there is none. */
function toMillis({ context, itemIndex }: OperationRun, createdAfter: unknown): number | undefined {
	if (createdAfter === undefined || createdAfter === null || createdAfter === '') return undefined;
	try {
		return tryToParseDateTime(createdAfter, context.getTimezone()).toMillis();
	} catch {
		throw usageError(
			context.getNode(),
			`Created After is no date and time: ${text(createdAfter) || 'an invalid date'}`,
			'Use the date picker, or a text such as 2026-03-01T12:00:00.',
			itemIndex,
		);
	}
}
