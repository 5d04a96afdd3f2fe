import { NodeConnectionTypes } from 'n8n-workflow';
import type {
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
	IPollFunctions,
} from 'n8n-workflow';

import { archetypeAiApiTest } from './api/credentialTest';
import * as listSearch from './methods/listSearch';
import { poll } from './trigger/poll';

export class ArchetypeAiTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Archetype AI Trigger',
		name: 'archetypeAiTrigger',
		icon: { light: 'file:archetypeAi.svg', dark: 'file:archetypeAi.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: '={{ $parameter["events"].join(", ") }}',
		description: 'Starts the workflow when a batch job of Archetype AI changes its status',
		defaults: { name: 'Archetype AI Trigger' },
		polling: true,
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'archetypeAiApi', required: true, testedBy: 'archetypeAiApiTest' }],
		properties: [
			{
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
						description: 'A job ended well; some of its inputs may have failed all the same',
					},
					{ name: 'Job Failed', value: 'failed', description: 'A job ended with an error' },
					{
						name: 'Job Preempted',
						value: 'preempted',
						description: 'A running job had to make room for another one',
					},
					{
						name: 'Job Queued',
						value: 'queued',
						description: 'A job was created, or was sent back to the queue by a retry',
					},
					{ name: 'Job Started', value: 'started', description: 'A job began to run' },
				],
				default: ['completed', 'failed', 'cancelled'],
				description: 'Which changes of a job start the workflow',
			},
			{
				displayName: 'Job',
				name: 'job',
				type: 'resourceLocator',
				default: { mode: 'any', value: '' },
				description: 'Which job to watch',
				modes: [
					{
						displayName: 'Any Job',
						name: 'any',
						type: 'string',
						placeholder: 'Every job is watched',
					},
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
			},
			{
				displayName: 'Simplify',
				name: 'simplify',
				type: 'boolean',
				default: true,
				description:
					'Whether to return a simplified version of the response instead of the raw data',
			},
			{
				displayName: 'Filters',
				name: 'filters',
				type: 'collection',
				placeholder: 'Add Filter',
				default: {},
				options: [
					{
						displayName: 'Pipeline Key',
						name: 'pipelineKey',
						type: 'string',
						default: '',
						placeholder: 'e.g. machine-state-classification',
						description: 'Only watch jobs of this pipeline',
					},
					{
						displayName: 'Pipeline Type',
						name: 'pipelineType',
						type: 'options',
						options: [
							{ name: 'Batch', value: 'batch' },
							{ name: 'Training', value: 'training' },
						],
						default: 'batch',
						description: 'Only watch jobs of pipelines of this type',
					},
					{
						displayName: 'Search',
						name: 'search',
						type: 'string',
						default: '',
						placeholder: 'e.g. pump-7',
						description: 'Only watch jobs that match this text, as the service searches',
					},
				],
			},
		],
	};

	methods = { credentialTest: { archetypeAiApiTest }, listSearch };

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		return await poll.call(this);
	}
}
