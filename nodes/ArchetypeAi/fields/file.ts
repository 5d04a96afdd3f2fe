import type { INodeProperties } from 'n8n-workflow';

/** An uploaded file, by its name at the service. */
export const fileField: INodeProperties = {
	displayName: 'File',
	name: 'file',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	description: 'The uploaded file: its file_id, which is its name',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			placeholder: 'Select a file…',
			typeOptions: { searchListMethod: 'searchFiles', searchable: true },
		},
		{
			displayName: 'By ID',
			name: 'id',
			type: 'string',
			placeholder: 'e.g. pump7.csv',
		},
	],
};

/** The file that an operation is about. */
export const chosenFileField: INodeProperties = {
	...fileField,
	required: true,
	description: 'The uploaded file to work with: its file_id, which is its name',
	hint: 'After a list of files: drag "file_id" from the input to this field',
};
