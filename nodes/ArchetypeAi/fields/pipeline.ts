import type { INodeProperties } from 'n8n-workflow';

/** The pipeline that an operation is about: its key, and after `@` its version unless it is left open. */
export const pipelineField: INodeProperties = {
	displayName: 'Pipeline',
	name: 'pipeline',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	description:
		'The pipeline, as its key alone for the newest published version, or as key@version. Kept by its key, since IDs differ between environments.',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			placeholder: 'Select a pipeline…',
			typeOptions: { searchListMethod: 'searchPipelines', searchable: true },
		},
		{
			displayName: 'By Key',
			name: 'key',
			type: 'string',
			placeholder: 'e.g. machine-state-classification',
		},
	],
};
