import type { INodeExecutionData } from 'n8n-workflow';

import type { DownloadScope } from '../../api/download/scope';
import { partsByInput } from '../../api/rows/order';
import { Parts } from '../../api/rows/parts';
import { readRowsOf, sourceOf } from '../../api/rows/read';
import type { OutputRow, RowOptions } from '../../api/rows/read';
import type { Output } from '../../api/schemas';
import { errorItem } from '../errorItem';
import {
	fileConcurrencyOption,
	jobField,
	limitFields,
	readFileConcurrency,
	readLimit,
} from '../fields';
import type { Operation, OperationRun } from '../operation';
import { progressOf } from './progress';
import { outputFilters, selectOutputs } from './selection';

/** `GET /batch/jobs/{id}/outputs`, then the rows of the CSV and JSONL files behind the links. */
export const readRows: Operation = {
	option: {
		name: 'Read Rows',
		value: 'readRows',
		description: 'Read the rows of the CSV and JSONL output files of a job, one item for each row',
		action: 'Read rows of outputs',
	},
	fields: [
		jobField,
		...limitFields,
		outputFilters,
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add Option',
			default: {},
			options: [
				{
					displayName: 'Columns',
					name: 'columns',
					type: 'string',
					default: '',
					placeholder: 'e.g. DATE_TIME, Prediction',
					description: 'Comma-separated list of the columns to return; all of them when empty',
				},
				{
					displayName: 'Convert Numbers',
					name: 'parseNumbers',
					type: 'boolean',
					default: false,
					description:
						'Whether numbers in CSV files are returned as numbers. Otherwise they stay text, exactly as written, as do whole numbers too long to be exact.',
				},
				fileConcurrencyOption,
			],
		},
	],
	async execute(run) {
		const { selected, links } = await selectOutputs(run, Infinity);
		const scope: DownloadScope = { ...run, links };
		const outputs = partsByInput(selected).flat();
		const parts = new Parts(scope, outputs, readFileConcurrency(run));
		const progress = progressOf(run, 'read', outputs.length);
		const rowsOf = (some: Output[]) => readRowsOf(scope, parts, some, rowOptions(run), progress);

		const limit = readLimit(run);
		const items: INodeExecutionData[] = [];
		for (const some of batches(run, outputs)) {
			if (items.length >= limit) break;
			await addRows(run, rowsOf(some), limit, items);
		}
		return items;
	},
};

/** All files at once; one by one when a lost file must not cost the others. */
function batches({ context }: OperationRun, outputs: Output[]): Output[][] {
	return context.continueOnFail() ? outputs.map((output) => [output]) : [outputs];
}

async function addRows(
	run: OperationRun,
	rows: AsyncIterable<OutputRow>,
	limit: number,
	items: INodeExecutionData[],
): Promise<void> {
	const add = async () => {
		for await (const found of rows) {
			items.push({ json: { ...found.row, ...sourceOf(found) } });
			if (items.length >= limit) return;
		}
	};
	if (!run.context.continueOnFail()) return await add();
	await add().catch((error: Error) => items.push(errorItem(error)));
}

function rowOptions({ context, itemIndex }: OperationRun): RowOptions {
	const { columns = '', parseNumbers = false } = context.getNodeParameter(
		'options',
		itemIndex,
		{},
	) as { columns?: string; parseNumbers?: boolean };
	const names = columns.split(',').map((column) => column.trim());
	return { columns: names.filter(Boolean), parseNumbers };
}
