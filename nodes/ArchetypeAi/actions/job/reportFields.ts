import type { INodeProperties } from 'n8n-workflow';

import { optionsField } from '../../fields/list';
import type { Parameters } from '../../fields/parameters';
import type { ReportLimits } from './report/read';

export const formsField: INodeProperties = {
	displayName: 'Write As',
	name: 'forms',
	type: 'multiOptions',
	options: [
		{
			name: 'Chart',
			value: 'chart',
			description: 'Progress over time as an SVG file, in a binary field',
		},
		{
			name: 'HTML',
			value: 'html',
			description: 'For the body of an e-mail, in the field html',
		},
		{
			name: 'Plain Text',
			value: 'text',
			description: 'For an e-mail without HTML and for other chats, in the field text',
		},
		{
			name: 'Slack Message',
			value: 'slack',
			description: 'Blocks, and a text for notifications, in the field slack',
		},
	],
	default: ['html', 'text', 'slack'],
	description:
		'The formats of the report. Its numbers, and a one-line progress bar, are always included as fields.',
};

/** For an agent, whose model reads what it is given, plain text. */
export const formsFields: INodeProperties[] = [
	{ ...formsField, displayOptions: { show: { '@tool': [false] } } },
	{ ...formsField, default: ['text'], displayOptions: { show: { '@tool': [true] } } },
];

const eventsOption: INodeProperties = {
	displayName: 'Error Events to List',
	name: 'errorEvents',
	type: 'number',
	typeOptions: { minValue: 0, maxValue: 100 },
	default: 5,
	description: 'How many of the newest events with the level ERROR or FAILED to list, at most',
};

const failedInputsOption: INodeProperties = {
	displayName: 'Failed Inputs to List',
	name: 'failedInputs',
	type: 'number',
	typeOptions: { minValue: 0, maxValue: 100 },
	default: 20,
	description: 'How many failed inputs to list, at most. The report says how many more there are.',
};

const outputsOption: INodeProperties = {
	displayName: 'Outputs to Add Up',
	name: 'outputsToAddUp',
	type: 'number',
	typeOptions: { minValue: 0, maxValue: 100000 },
	default: 2000,
	description:
		'How many outputs to add up the sizes of, at most. Each 100 of them take one request. 0 only counts them.',
};

export const chartProperty: INodeProperties = {
	displayName: 'Put Chart in Field',
	name: 'binaryProperty',
	type: 'string',
	default: 'data',
	hint: 'The name of the output binary field to put the chart in',
	description: 'The name of the binary property of the item that holds the chart',
};

export const reportOptions = optionsField([
	eventsOption,
	failedInputsOption,
	outputsOption,
	chartProperty,
]);

/** How much to read for the report, according to the options. */
export function readLimits(options: Parameters): ReportLimits {
	const read = (option: INodeProperties) => options.wholeNumber(option) ?? Number(option.default);
	return {
		events: read(eventsOption),
		failedInputs: read(failedInputsOption),
		outputs: read(outputsOption),
	};
}
