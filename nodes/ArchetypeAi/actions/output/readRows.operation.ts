import type { IDataObject, INodeExecutionData, INodeProperties } from 'n8n-workflow';

import type { DownloadScope } from '../../api/download/scope';
import { partsByInput } from '../../api/rows/order';
import { Parts } from '../../api/rows/parts';
import { readRowsOf } from '../../api/rows/read';
import type { RowOptions } from '../../api/rows/read';
import { SOURCE_FIELDS } from '../../api/rows/source';
import type { Output } from '../../api/schemas';
import { jobField } from '../../fields/job';
import {
	contentLimitFields,
	fileConcurrencyOption,
	optionsField,
	readConcurrency,
	readFileConcurrency,
	readLimit,
} from '../../fields/list';
import type { Parameters } from '../../fields/parameters';
import { errorItem } from '../errorItem';
import { limitReached } from '../leftOut';
import type { Operation, OperationRun } from '../operation';
import { aboutFile } from './aboutFile';
import { progressOf } from './progress';
import { outputFilters, selectOutputs } from './selection';
import { checkRowsFit, maxTotalSizeOption } from './size';

const columnsOption: INodeProperties = {
	displayName: 'Columns',
	name: 'columns',
	type: 'string',
	default: '',
	placeholder: 'e.g. DATE_TIME, Prediction',
	description: 'Comma-separated list of the columns to return; all of them when empty',
};

const numbersOption: INodeProperties = {
	displayName: 'Convert Numbers',
	name: 'parseNumbers',
	type: 'boolean',
	default: false,
	description:
		'Whether numbers in CSV files are returned as numbers. Otherwise they stay text, exactly as written, as do whole numbers too long to be exact.',
};

const sourceOption: INodeProperties = {
	displayName: 'Include Source',
	name: 'includeSource',
	type: 'boolean',
	default: false,
	description: `Whether to add to each row where it is from: ${SOURCE_FIELDS.join(', ')}. Columns can name some of them, too.`,
};

const sizeOption = maxTotalSizeOption('20 MB, or no limit when a Limit is set');

const rowsOptions = optionsField([
	columnsOption,
	numbersOption,
	sourceOption,
	fileConcurrencyOption,
	sizeOption,
]);

/** `GET /batch/jobs/{id}/outputs`, then the rows of the CSV and JSONL files behind the links. */
export const readRows: Operation = {
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
		const options = readRowOptions(parameters);
		const maxBytes = parameters.within(rowsOptions).bytes(sizeOption);
		const { selected, links } = await selectOutputs(run, Infinity, readConcurrency(parameters));
		checkRowsFit(run, selected, { limit, maxBytes });

		const scope: DownloadScope = { ...run, links };
		const outputs = partsByInput(selected).flat();
		const parts = new Parts(scope, outputs, readFileConcurrency(parameters));
		const progress = progressOf(run, 'read', outputs.length);
		const items: INodeExecutionData[] = [];
		for (const some of batches(run, outputs)) {
			const rows = readRowsOf(scope, parts, some, options, progress);
			const isCut = await addRows(rows, limit, items).catch((error: Error) => {
				// What is behind the Limit is wanted by nobody.
				if (items.length >= limit) return true;
				if (!run.context.continueOnFail()) throw error;
				items.push(errorItem(run.context, error, aboutFile(run, some[0]!)));
				return false;
			});
			if (isCut) {
				limitReached(run, limit, 'rows');
				break;
			}
		}
		return items;
	},
};

/** All files at once; one by one when a lost file must not cost the others. */
function batches({ context }: OperationRun, outputs: Output[]): Output[][] {
	return context.continueOnFail() ? outputs.map((output) => [output]) : [outputs];
}

/** Adds rows as items, `limit` items at most; whether there are more. */
async function addRows(
	rows: AsyncIterable<IDataObject>,
	limit: number,
	items: INodeExecutionData[],
): Promise<boolean> {
	for await (const row of rows) {
		if (items.length >= limit) return true;
		items.push({ json: row });
	}
	return false;
}

function readRowOptions(parameters: Parameters): RowOptions {
	const options = parameters.within(rowsOptions);
	return {
		columns: options.names(columnsOption),
		parseNumbers: options.flag(numbersOption) === true,
		includeSource: options.flag(sourceOption) === true,
	};
}
