import type { INodeProperties } from 'n8n-workflow';

/** The pipeline that an operation is about: its key, plus `@` and a version if one is chosen. */
export const pipelineField: INodeProperties = {
	displayName: 'Pipeline',
	name: 'pipeline',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	description:
		'The pipeline: its key alone for the newest published version, or key@version. The key is stored, since IDs differ between environments.',
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
