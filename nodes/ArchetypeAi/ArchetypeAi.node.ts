import { NodeConnectionTypes } from 'n8n-workflow';
import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';

import { actionFields } from './actions/resources';
import { router } from './actions/router';
import { archetypeAiApiTest } from './api/credentialTest';
import { searchFiles } from './methods/files';
import * as listSearch from './methods/listSearch';
import * as loadOptions from './methods/loadOptions';
import { getPipelinePorts, getPipelineSettings, searchPipelines } from './methods/pipelines';

export class ArchetypeAi implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Archetype AI',
		name: 'archetypeAi',
		icon: { light: 'file:archetypeAi.svg', dark: 'file:archetypeAi.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle:
			'={{ $parameter["operation"][0].toUpperCase() + $parameter["operation"].slice(1).replace(/[A-Z]/g, (letter) => " " + letter.toLowerCase()) + ": " + $parameter["resource"] }}',
		description:
			'Start and control batch jobs of Archetype AI, read their status, outcome, events and inputs, and get their outputs as files or rows',
		defaults: { name: 'Archetype AI' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'archetypeAiApi', required: true, testedBy: 'archetypeAiApiTest' }],
		properties: actionFields,
	};

	methods = {
		credentialTest: { archetypeAiApiTest },
		listSearch: { ...listSearch, searchFiles, searchPipelines },
		loadOptions: { ...loadOptions, getPipelinePorts },
		resourceMapping: { getPipelineSettings },
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await router.call(this);
	}
}
