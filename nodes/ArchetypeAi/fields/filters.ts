import type { INodeProperties } from 'n8n-workflow';

/** The collection of filters, each of them an entry that a user can add. */
export const filtersField = (options: INodeProperties[]): INodeProperties => ({
	displayName: 'Filters',
	name: 'filters',
	type: 'collection',
	placeholder: 'Add Filter',
	default: {},
	options,
});

export const pipelineTypeFilter = (description: string): INodeProperties => ({
	displayName: 'Pipeline Type',
	name: 'pipelineType',
	type: 'options',
	options: [
		{ name: 'Batch', value: 'batch' },
		{ name: 'Training', value: 'training' },
	],
	default: 'batch',
	description,
});

export const searchFilter = (description: string): INodeProperties => ({
	displayName: 'Search',
	name: 'search',
	type: 'string',
	default: '',
	placeholder: 'e.g. pump-7',
	description,
});

export const inputIdFilter: INodeProperties = {
	displayName: 'Input ID',
	name: 'inputId',
	type: 'string',
	default: '',
	placeholder: 'e.g. inp_0b4x8m2k9xq4e8vt1c5b0n6dzr',
	description: 'Only return outputs made from this input',
};

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
	options: [...statuses].sort().map((value) => ({ name: capitalized(value), value })),
	default: [],
	description: `Only return ${rows} with one of these statuses`,
});

const capitalized = (word: string): string => word[0]!.toUpperCase() + word.slice(1).toLowerCase();
