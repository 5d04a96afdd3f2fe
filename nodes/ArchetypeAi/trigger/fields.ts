import type { INodeProperties } from 'n8n-workflow';

import { filtersField, pipelineTypeFilter, searchFilter } from '../fields/filters';
import { jobField } from '../fields/job';
import { simplifyField } from '../fields/list';

export const eventsField: INodeProperties = {
	displayName: 'Events',
	name: 'events',
	type: 'multiOptions',
	required: true,
	options: [
		{
			name: 'Job Admitted',
			value: 'admitted',
			description: 'A job left the queue and is about to start',
		},
		{ name: 'Job Cancelled', value: 'cancelled', description: 'A job was cancelled' },
		{
			name: 'Job Completed',
			value: 'completed',
			description: 'A job finished; some or all of its inputs may have failed, see "outcome"',
		},
		{ name: 'Job Failed', value: 'failed', description: 'A job ended with an error' },
		{
			name: 'Job Preempted',
			value: 'preempted',
			description: 'A running job was interrupted to make room for another',
		},
		{
			name: 'Job Queued',
			value: 'queued',
			description: 'A job was created, or was sent back to the queue by a retry',
		},
		{ name: 'Job Started', value: 'started', description: 'A job started running' },
	],
	default: ['completed', 'failed', 'cancelled'],
	description: 'Which job events start the workflow',
};

export const watchField: INodeProperties = {
	displayName: 'Watch',
	name: 'watch',
	type: 'options',
	options: [
		{ name: 'Any Job', value: 'any' },
		{ name: 'A Job', value: 'job' },
	],
	default: 'any',
	description: 'Whether to watch every job of the organization or a single one',
};

export const pipelineKeyFilter: INodeProperties = {
	displayName: 'Pipeline Key',
	name: 'pipelineKey',
	type: 'string',
	default: '',
	placeholder: 'e.g. machine-state-classification',
	description: 'Only watch jobs of this pipeline',
};

export const typeFilter = pipelineTypeFilter('Only watch jobs of pipelines of this type');

export const textFilter = searchFilter(
	'Only watch jobs that this text finds in the search of the service',
);

export const triggerFilters = filtersField([pipelineKeyFilter, typeFilter, textFilter]);

export const watchedJobField: INodeProperties = {
	...jobField,
	name: 'job',
	description: 'The batch job to watch',
	hint: '',
	displayOptions: { show: { watch: ['job'] } },
};

/** The fields of the trigger. */
export const triggerFields: INodeProperties[] = [
	eventsField,
	watchField,
	watchedJobField,
	simplifyField,
	triggerFilters,
];
