import {
	type ICredentialType,
	type INodeType,
	type INodeTypes,
	NodeConnectionTypes,
} from 'n8n-workflow';
import { ArchetypeAiApi } from '../../../credentials/ArchetypeAiApi.credentials';
// With their extensions: of two files of one name, tsx would load the codex, ArchetypeAi.node.json.
import { ArchetypeAi } from '../../../nodes/ArchetypeAi/ArchetypeAi.node.ts';
import { ArchetypeAiTrigger } from '../../../nodes/ArchetypeAi/ArchetypeAiTrigger.node.ts';

export const START = 'test.start';
export const ACTION = 'n8n-nodes-archetypeai.archetypeAi';
export const TOOL = 'n8n-nodes-archetypeai.archetypeAiTool';
export const TRIGGER = 'n8n-nodes-archetypeai.archetypeAiTrigger';

/** Hands the items of a test to the workflow, as a Manual Trigger with pinned data does. */
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

/** The action node as an agent's tool: n8n makes that node type of it, among others by this name. */
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

/** The node types a workflow of the tests can use, by the names n8n gives them once installed. */
export const nodeTypes: INodeTypes = {
	getByName: (type) => known(nodes, type),
	getByNameAndVersion: (type) => known(nodes, type),
	getKnownTypes: () => ({}),
};

/** Lets workflows use one more node type, by this name. */
export function addNodeType(name: string, nodeType: INodeType): void {
	nodes[name] = nodeType;
}

/** A credential type of the package. Throws when the name is unknown. */
export function credentialType(name: string): ICredentialType {
	return known(credentials, name);
}

function known<T>(types: Record<string, T>, name: string): T {
	const type = types[name];
	if (!type) throw new Error(`The engine tests know no type "${name}"`);
	return type;
}
