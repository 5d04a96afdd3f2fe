import type { INodeProperties } from 'n8n-workflow';

import { ChosenColumns } from '../../api/rows/columns';
import type { Delimiter } from '../../api/rows/csv';
import { Findings } from '../../api/rows/findings';
import type { DecimalSeparator } from '../../api/rows/numbers';
import type { FileRowOptions } from '../../api/rows/read';
import type { Encoding } from '../../api/rows/recognize';
import type { Output } from '../../api/outputs';
import type { Parameters } from '../../fields/parameters';
import { SOURCE_FIELDS, sourceFields, sourceOf } from './source';

const columnsOption: INodeProperties = {
	displayName: 'Columns',
	name: 'columns',
	type: 'string',
	default: '',
	placeholder: 'e.g. DATE_TIME, Prediction',
	description:
		'Comma-separated list of the columns to return; all of them when empty. A column that no file has is an error.',
};

const numbersOption: INodeProperties = {
	displayName: 'Convert Numbers',
	name: 'parseNumbers',
	type: 'boolean',
	default: false,
	description:
		'Whether numbers in CSV files are returned as numbers. Otherwise they stay text, exactly as written, as do numbers too long to be exact.',
};

const decimalOption: INodeProperties = {
	displayName: 'Decimal Separator',
	name: 'decimalSeparator',
	type: 'options',
	options: [
		{ name: 'Comma', value: 'comma', description: 'As in 1,5' },
		{ name: 'Point', value: 'point', description: 'As in 1.5' },
	],
	default: 'point',
	description: 'How numbers in CSV files are written, for Convert Numbers',
};

const formulasOption: INodeProperties = {
	displayName: 'Defuse Formulas',
	name: 'defuseFormulas',
	type: 'boolean',
	default: false,
	description:
		"Whether to put a ' in front of text that a spreadsheet would treat as a formula, because it begins with =, +, -, @, a tab or a line break. Numbers such as -1.5 stay as they are.",
};

const delimiterOption: INodeProperties = {
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
	description: 'The character that separates the fields of CSV files',
};

const encodingOption: INodeProperties = {
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
	description: 'The encoding of text files that have no byte order mark',
};

const sourceOption: INodeProperties = {
	displayName: 'Include Source',
	name: 'includeSource',
	type: 'boolean',
	default: false,
	description: `Whether to add to each row where it comes from: ${SOURCE_FIELDS.join(', ')}. Columns can name some of them, too.`,
};

/** How files are read, as options of Read Rows. */
export const rowOptionFields = [
	columnsOption,
	numbersOption,
	decimalOption,
	formulasOption,
	delimiterOption,
	encodingOption,
	sourceOption,
];

const DELIMITERS = new Map<string | undefined, Delimiter>([
	['comma', ','],
	['semicolon', ';'],
	['tab', '\t'],
	['pipe', '|'],
]);

/** The options, and what is detected about the files while they are read. */
export function readRowOptions(options: Parameters): FileRowOptions<Output> {
	const names = options.names(columnsOption);
	const source = sourceFields(names, options.flag(sourceOption) === true);
	const columns = names.filter((name) => !source.some((field) => field === name));
	const separator = options.choice(decimalOption) === 'comma' ? 'comma' : 'point';
	const encoding = options.choice(encodingOption) as Encoding | 'auto' | undefined;
	return {
		columns: new ChosenColumns(columns, names.length > 0),
		numbers:
			options.flag(numbersOption) === true ? (separator satisfies DecimalSeparator) : undefined,
		delimiter: DELIMITERS.get(options.choice(delimiterOption)),
		encoding: encoding === 'auto' ? undefined : encoding,
		findings: new Findings(),
		defusesFormulas: options.flag(formulasOption),
		source,
		sourceOf: (output, number) => sourceOf(output, number, source),
	};
}
