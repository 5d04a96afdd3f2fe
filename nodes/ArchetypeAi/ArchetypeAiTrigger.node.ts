import { NodeConnectionTypes } from 'n8n-workflow';
import type {
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
	IPollFunctions,
} from 'n8n-workflow';

import { archetypeAiApiTest } from './api/credentialTest';
import * as listSearch from './methods/listSearch';
import { triggerFields } from './trigger/fields';
import { poll } from './trigger/poll';

export class ArchetypeAiTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Archetype AI Trigger',
		name: 'archetypeAiTrigger',
		icon: { light: 'file:archetypeAi.svg', dark: 'file:archetypeAi.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: '={{ "Job " + [$parameter["events"]].flat().join(", ") }}',
		description:
			'Starts the workflow when a batch job of Archetype AI completes, fails, is cancelled or otherwise changes its status',
		defaults: { name: 'Archetype AI Trigger' },
		polling: true,
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'archetypeAiApi', required: true, testedBy: 'archetypeAiApiTest' }],
		properties: triggerFields,
	};

	methods = { credentialTest: { archetypeAiApiTest }, listSearch };

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		return await poll.call(this);
	}
}
