import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

/** The collection of filters; a user adds each one as needed. */
export const filtersField = (options: INodeProperties[]): INodeProperties => ({
	displayName: 'Filters',
	name: 'filters',
	type: 'collection',
	placeholder: 'Add Filter',
	default: {},
	options,
});

export const pipelineTypeFilter = (description: string): INodeProperties =>
	choiceFilter('pipelineType', 'Pipeline Type', ['batch', 'training'], description);

/** A filter that takes a text. */
export const textFilter = (
	name: string,
	displayName: string,
	description: string,
	example: string,
): INodeProperties => ({
	displayName,
	name,
	type: 'string',
	default: '',
	placeholder: `e.g. ${example}`,
	description,
});

/** A filter for one of the service's enum values, in its own spelling. */
export const choiceFilter = (
	name: string,
	displayName: string,
	values: readonly string[],
	description: string,
): INodeProperties => {
	const [first = ''] = values;
	return {
		displayName,
		name,
		type: 'options',
		options: named(values),
		default: first,
		description,
	};
};

export const searchFilter = (description: string): INodeProperties =>
	textFilter('search', 'Search', description, 'pump-7');

/** A pattern for names, applied by the node itself. */
export const fileNameFilter = (placeholder: string): INodeProperties => ({
	displayName: 'File Name',
	name: 'fileName',
	type: 'string',
	default: '',
	placeholder,
	description: 'Only return files whose name matches; * stands for any text, ? for one character',
});

export const inputIdFilter = (description: string): INodeProperties =>
	textFilter('inputId', 'Input ID', description, 'inp_0b4x8m2k9xq4e8vt1c5b0n6dzr');

/** The ports of the chosen job's inputs or outputs. */
export const portFilter = (
	loadOptionsMethod: 'getInputPorts' | 'getOutputPorts',
): INodeProperties => ({
	displayName: 'Port Name or ID',
	name: 'portName',
	type: 'options',
	typeOptions: { loadOptionsMethod, loadOptionsDependsOn: ['jobId.value'] },
	default: '',
	description:
		'Only return what belongs to this port, such as worker.results. Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
});

/** Several statuses, in the service's own spelling. */
export const statusFilter = (statuses: readonly string[], rows: string): INodeProperties => ({
	displayName: 'Status',
	name: 'status',
	type: 'multiOptions',
	options: named(statuses),
	default: [],
	description: `Only return ${rows} with one of these statuses`,
});

/** The service's enum values as choices, sorted. */
const named = (values: readonly string[]): INodePropertyOptions[] =>
	[...values]
		.sort()
		.map((value) => ({ name: value[0]!.toUpperCase() + value.slice(1).toLowerCase(), value }));
