import type { INodeProperties } from 'n8n-workflow';

import { ChosenColumns } from '../../api/rows/columns';
import type { Delimiter } from '../../api/rows/csv';
import { Findings } from '../../api/rows/findings';
import type { DecimalSeparator } from '../../api/rows/numbers';
import type { RowOptions } from '../../api/rows/read';
import type { Encoding } from '../../api/rows/recognize';
import type { OperationRun } from '../operation';

const DELIMITERS = new Map<string | undefined, Delimiter>([
	['comma', ','],
	['semicolon', ';'],
	['tab', '\t'],
	['pipe', '|'],
]);

/** How files are read, as entries of Options of Read Rows. */
export const rowOptionFields: INodeProperties[] = [
	{
		displayName: 'Columns',
		name: 'columns',
		type: 'string',
		default: '',
		placeholder: 'e.g. DATE_TIME, Prediction',
		description:
			'Comma-separated list of the columns to return; all of them when empty. A column that no file has is an error.',
	},
	{
		displayName: 'Convert Numbers',
		name: 'parseNumbers',
		type: 'boolean',
		default: false,
		description:
			'Whether numbers in CSV files are returned as numbers. Otherwise they stay text, exactly as written, as do numbers too long to be exact.',
	},
	{
		displayName: 'Decimal Separator',
		name: 'decimalSeparator',
		type: 'options',
		options: [
			{ name: 'Comma', value: 'comma', description: 'As in 1,5' },
			{ name: 'Point', value: 'point', description: 'As in 1.5' },
		],
		default: 'point',
		description: 'How numbers in CSV files are written, for Convert Numbers',
	},
	{
		displayName: 'Delimiter',
		name: 'delimiter',
		type: 'options',
		options: [
			{ name: 'Automatic', value: 'auto', description: 'As the first lines of each file show' },
			{ name: 'Comma', value: 'comma' },
			{ name: 'Pipe', value: 'pipe' },
			{ name: 'Semicolon', value: 'semicolon' },
			{ name: 'Tab', value: 'tab' },
		],
		default: 'auto',
		description: 'What stands between the fields of CSV files',
	},
	{
		displayName: 'Encoding',
		name: 'encoding',
		type: 'options',
		options: [
			{ name: 'Automatic', value: 'auto', description: 'UTF-8, or as a byte order mark says' },
			{ name: 'Latin-1 (Windows-1252)', value: 'windows-1252' },
			{ name: 'UTF-16 BE', value: 'utf-16be' },
			{ name: 'UTF-16 LE', value: 'utf-16le' },
			{ name: 'UTF-8', value: 'utf-8' },
		],
		default: 'auto',
		description: 'How text is written in files that have no byte order mark',
	},
];

interface Options {
	columns?: string;
	parseNumbers?: boolean;
	decimalSeparator?: DecimalSeparator;
	delimiter?: string;
	encoding?: Encoding | 'auto';
}

/** The item's options, and what is found out about its files while they are read. */
export function readRowOptions({ context, itemIndex }: OperationRun): RowOptions {
	const options = context.getNodeParameter('options', itemIndex, {}) as Options;
	const { columns = '', parseNumbers = false, decimalSeparator = 'point' } = options;
	const names = columns.split(',').map((column) => column.trim());
	return {
		columns: new ChosenColumns(names.filter(Boolean)),
		numbers: parseNumbers ? decimalSeparator : undefined,
		delimiter: DELIMITERS.get(options.delimiter),
		encoding: options.encoding === 'auto' ? undefined : options.encoding,
		findings: new Findings(),
	};
}
