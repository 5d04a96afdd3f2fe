import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import type { Transfer } from '../../api/files/transfer';
import { Parts } from '../../api/rows/parts';
import { readRowsOf } from '../../api/rows/read';
import type { RowOptions } from '../../api/rows/read';
import type { Output } from '../../api/outputs';
import { jobField } from '../../fields/job';
import {
	contentLimitFields,
	fileConcurrencyOption,
	optionsField,
	readConcurrency,
	readFileConcurrency,
	readLimit,
} from '../../fields/list';
import { errorItem } from '../errorItem';
import { limitReached } from '../leftOut';
import type { Operation, OperationRun } from '../operation';
import { checkRowsFit, checkUnknownSizes, maxTotalSizeOption } from '../size';
import { aboutFile } from './aboutFile';
import { partsByInput } from './partsByInput';
import { progressOf } from './progress';
import { readRowOptions, rowOptionFields } from './rowOptions';
import { outputFilters, selectOutputs } from './selection';

const sizeOption = maxTotalSizeOption('20 MB, or no limit when a Limit is set');

const rowsOptions = optionsField([...rowOptionFields, fileConcurrencyOption, sizeOption]);

/** `GET /batch/jobs/{id}/outputs`, then the rows of the CSV and JSONL files behind the links. */
export const readRowsOfOutputs: Operation = {
	option: {
		name: 'Read Rows',
		value: 'readRows',
		description: 'Read the rows of the CSV and JSONL output files of a job, one item for each row',
		action: 'Read rows of outputs',
	},
	fields: [jobField, ...contentLimitFields, outputFilters, rowsOptions],
	async execute(run) {
		const { parameters } = run;
		const limit = readLimit(parameters);
		const options = readRowOptions(parameters.within(rowsOptions));
		const maxBytes = parameters.within(rowsOptions).bytes(sizeOption);
		const { selected, links } = await selectOutputs(run, Infinity, readConcurrency(parameters));
		checkRowsFit(run, selected, { limit, maxBytes });

		const measure = limit === Infinity ? checkUnknownSizes(run, 'rows') : undefined;
		const transfer: Transfer = { ...run, links, measure };
		const outputs = partsByInput(selected).flat();
		const parts = new Parts(transfer, outputs, readFileConcurrency(parameters));
		const progress = progressOf(run, 'read', outputs.length);
		const items: INodeExecutionData[] = [];
		let isWhole = true;
		for (const some of batches(run, outputs)) {
			const before = items.length;
			const rows = readRowsOf(transfer, parts, some, options, { end: progress });
			const isCut = await addRows(rows, limit, items).catch((error: Error) => {
				// Nobody needs what is beyond the Limit.
				if (items.length >= limit) return true;
				if (!run.context.continueOnFail()) throw error;
				const rowsRead = items.length - before;
				sayRowsRead(run, some[0]!, rowsRead);
				const about = { ...aboutFile(run, some[0]!), rows_read: rowsRead };
				items.push(errorItem(run.context, error, about));
				return false;
			});
			if (isCut) {
				limitReached(run, limit, 'rows');
				isWhole = false;
				break;
			}
		}
		checkColumns(run, options, isWhole);
		for (const sentence of options.findings.sentences) run.hints.add(sentence);
		if (items.length === 0 && outputs.length > 0) run.hints.add('The files have no rows.');
		return items;
	},
};

/** Says how much was read of a file that could not be read to its end. */
function sayRowsRead({ hints }: OperationRun, { data, id }: Output, rows: number): void {
	const name = data.filename ?? id;
	if (rows === 0) return;
	const read = rows === 1 ? 'first row was' : `first ${rows} rows were`;
	hints.add(`${name}: the ${read} read; the rest, from row ${rows + 1} on, is left out.`);
}

/** All files at once; one by one if a lost file must not cost the others. */
function batches({ context }: OperationRun, outputs: Output[]): Output[][] {
	return context.continueOnFail() ? outputs.map((output) => [output]) : [outputs];
}

/** Adds rows as items, up to `limit` in total; returns whether there are more. */
async function addRows(
	batches: AsyncIterable<IDataObject[]>,
	limit: number,
	items: INodeExecutionData[],
): Promise<boolean> {
	for await (const rows of batches) {
		for (const row of rows) {
			if (items.length >= limit) return true;
			items.push({ json: row });
		}
	}
	return false;
}

/** @throws NodeOperationError when a chosen column is in none of the files read. */
function checkColumns(
	{ client, hints }: OperationRun,
	{ columns }: RowOptions,
	isWhole: boolean,
): void {
	const { notFound, found } = columns;
	if (notFound.length === 0 || found.length === 0) return;
	const inQuotes = (names: string[]) => names.map((name) => `"${name}"`).join(', ');
	if (!isWhole && columns.mayComeLater) {
		hints.add(`None of the rows up to the Limit has the column ${inQuotes(notFound)}`);
		return;
	}
	throw client.usageError(
		`No file has the column ${inQuotes(notFound)}`,
		`The files have the columns ${inQuotes(found)}. Correct Columns in the options, or narrow the filters to the files that you mean.`,
	);
}
