import {
	type ICredentialType,
	type INodeType,
	type INodeTypes,
	NodeConnectionTypes,
} from 'n8n-workflow';
import { ArchetypeAiApi } from '../../../credentials/ArchetypeAiApi.credentials';
// With extensions: of two files with one name, tsx would load the codex, ArchetypeAi.node.json.
import { ArchetypeAi } from '../../../nodes/ArchetypeAi/ArchetypeAi.node.ts';
import { ArchetypeAiTrigger } from '../../../nodes/ArchetypeAi/ArchetypeAiTrigger.node.ts';

export const START = 'test.start';
export const ACTION = 'n8n-nodes-archetypeai.archetypeAi';
export const TOOL = 'n8n-nodes-archetypeai.archetypeAiTool';
export const TRIGGER = 'n8n-nodes-archetypeai.archetypeAiTrigger';

/** Passes a test's items to the workflow, as a Manual Trigger with pinned data does. */
const start: INodeType = {
	description: {
		displayName: 'Start',
		name: 'start',
		group: ['input'],
		version: 1,
		description: 'Passes its items on',
		defaults: { name: 'Start' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		properties: [],
	},
	execute() {
		return Promise.resolve([this.getInputData()]);
	},
};

/** The action node as an agent's tool: n8n derives a node type from it, under this name too. */
const tool = new ArchetypeAi();
tool.description = { ...tool.description, name: 'archetypeAiTool' };

const nodes: Record<string, INodeType> = {
	[START]: start,
	[ACTION]: new ArchetypeAi(),
	[TOOL]: tool,
	[TRIGGER]: new ArchetypeAiTrigger(),
};

const credentials: Record<string, ICredentialType> = {
	archetypeAiApi: new ArchetypeAiApi(),
};

/** The node types available to test workflows, by the names n8n gives them once installed. */
export const nodeTypes: INodeTypes = {
	getByName: (type) => known(nodes, type),
	getByNameAndVersion: (type) => known(nodes, type),
	getKnownTypes: () => ({}),
};

/** Makes one more node type available to workflows, under this name. */
export function addNodeType(name: string, nodeType: INodeType): void {
	nodes[name] = nodeType;
}

/** A credential type of the package. Throws if the name is unknown. */
export function credentialType(name: string): ICredentialType {
	return known(credentials, name);
}

function known<T>(types: Record<string, T>, name: string): T {
	const type = types[name];
	if (!type) throw new Error(`The engine tests know no type "${name}"`);
	return type;
}
