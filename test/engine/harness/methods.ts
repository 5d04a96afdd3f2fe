import { LoadOptionsContext } from 'n8n-core';
import type {
	INodeListSearchResult,
	INodeParameters,
	INodePropertyOptions,
	ResourceMapperFields,
} from 'n8n-workflow';
import { createAdditionalData, createWorkflow, type Credential } from './engine';
import { ACTION, nodeTypes } from './nodeTypes';

interface EditorState {
	credential?: Credential;
	/** What the user has entered so far. */
	parameters?: INodeParameters;
	/** Type of the node whose methods are called; the action node by default. */
	node?: string;
}

/** A dropdown's entries: runs one of the node's `loadOptions` methods as the editor does. */
export async function loadOptions(
	method: string,
	state: EditorState,
): Promise<INodePropertyOptions[]> {
	const { nodeType, context } = await openEditor(state);
	const load = nodeType.methods?.loadOptions?.[method];
	if (!load) throw new Error(`The node has no loadOptions method "${method}"`);
	return await load.call(context);
}

/** One page of a resource locator's list: runs one of the node's `listSearch` methods. */
export async function searchList(
	method: string,
	state: EditorState & { filter?: string; paginationToken?: string },
): Promise<INodeListSearchResult> {
	const { nodeType, context } = await openEditor(state);
	const search = nodeType.methods?.listSearch?.[method];
	if (!search) throw new Error(`The node has no listSearch method "${method}"`);
	return await search.call(context, state.filter, state.paginationToken);
}

/** The fields of a service-defined form: runs one of the node's `resourceMapping` methods. */
export async function mappedFields(
	method: string,
	state: EditorState,
): Promise<ResourceMapperFields> {
	const { nodeType, context } = await openEditor(state);
	const map = nodeType.methods?.resourceMapping?.[method];
	if (!map) throw new Error(`The node has no resourceMapping method "${method}"`);
	return await map.call(context);
}

async function openEditor({ credential, parameters = {}, node = ACTION }: EditorState) {
	const name = 'Temp-Node';
	const workflow = createWorkflow({ nodes: [{ name, type: node, parameters }], credential });
	const additionalData = await createAdditionalData({
		workflow,
		mode: 'internal',
		credential,
		currentNodeParameters: parameters,
	});
	return {
		nodeType: nodeTypes.getByNameAndVersion(node),
		context: new LoadOptionsContext(workflow, workflow.nodes[name]!, additionalData, ''),
	};
}
