import type { INodeProperties } from 'n8n-workflow';

/** The job that an operation is about. */
export const jobField: INodeProperties = {
	displayName: 'Job',
	name: 'jobId',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	description: 'The batch job to work with',
	hint: 'After the trigger or a list of jobs: drag "id" from the input to this field',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			placeholder: 'Select a job…',
			typeOptions: { searchListMethod: 'searchJobs', searchable: true },
		},
		{
			displayName: 'By ID',
			name: 'id',
			type: 'string',
			placeholder: 'e.g. job_3h7m2k9xq4e8vt1c5b0n6dzr8w',
		},
	],
};
