import type { INodeExecutionData } from 'n8n-workflow';

import type { DownloadScope } from '../../api/download/scope';
import { usageError } from '../../api/errors';
import type { Findings } from '../../api/rows/findings';
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
import { readRowOptions, rowOptionFields } from './rowOptions';
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
			options: [...rowOptionFields, fileConcurrencyOption],
		},
	],
	async execute(run) {
		const { selected, links } = await selectOutputs(run, Infinity);
		const scope: DownloadScope = { ...run, links };
		const outputs = partsByInput(selected).flat();
		const parts = new Parts(scope, outputs, readFileConcurrency(run));
		const progress = progressOf(run, 'read', outputs.length);
		const options = readRowOptions(run);
		const rowsOf = (some: Output[]) => readRowsOf(scope, parts, some, options, progress);

		const limit = readLimit(run);
		const items: INodeExecutionData[] = [];
		for (const some of batches(run, outputs)) {
			if (items.length >= limit) break;
			await addRows(run, rowsOf(some), limit, items);
		}
		checkColumns(run, options, items.length < limit);
		sayFindings(run, options.findings);
		return items;
	},
};

/** @throws NodeOperationError when a chosen column is in no file that was read. */
function checkColumns(
	{ context, itemIndex }: OperationRun,
	{ columns, findings }: RowOptions,
	isWhole: boolean,
): void {
	const { notFound, found } = columns;
	if (notFound.length === 0 || found.length === 0) return;
	const inQuotes = (names: string[]) => names.map((name) => `"${name}"`).join(', ');
	if (!isWhole && columns.mayComeLater) {
		findings.add(`in none of the rows up to the limit`, `Column ${inQuotes(notFound)}`);
		return;
	}
	throw usageError(
		context.getNode(),
		`No file has the column ${inQuotes(notFound)}`,
		`The files have the columns ${inQuotes(found)}. Correct Columns in the options, or narrow the filters to the files that you mean.`,
		itemIndex,
	);
}

function sayFindings({ context }: OperationRun, { sentences }: Findings): void {
	for (const message of sentences) context.addExecutionHints({ message, location: 'outputPane' });
}

/** All files at once; one by one when a lost file must not cost the others. */
function batches({ context }: OperationRun, outputs: Output[]): Output[][] {
	return context.continueOnFail() ? outputs.map((output) => [output]) : [outputs];
}

async function addRows(
	run: OperationRun,
	rows: AsyncIterable<OutputRow[]>,
	limit: number,
	items: INodeExecutionData[],
): Promise<void> {
	const add = async () => {
		for await (const some of rows) {
			for (const found of some.slice(0, limit - items.length)) {
				items.push({ json: { ...found.row, ...sourceOf(found) } });
			}
			if (items.length >= limit) return;
		}
	};
	if (!run.context.continueOnFail()) return await add();
	await add().catch((error: Error) => items.push(errorItem(error)));
}
