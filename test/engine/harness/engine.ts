// What n8n's process provides around a workflow, without its server and database.
import { Logger } from '@n8n/backend-common';
import { Container } from '@n8n/di';
import {
	BinaryDataConfig,
	BinaryDataService,
	ExecutionLifecycleHooks,
	ExternalSecretsProxy,
} from 'n8n-core';
import {
	type IBinaryData,
	type IConnections,
	type ICredentialDataDecryptedObject,
	type IDataObject,
	type INode,
	type INodeParameters,
	type IWorkflowExecuteAdditionalData,
	Workflow,
	type WorkflowExecuteMode,
} from 'n8n-workflow';
import type { Readable } from 'node:stream';

import { CredentialsHelper } from './credentialsHelper';
import { nodeTypes } from './nodeTypes';

const CREDENTIAL_TYPE = 'archetypeAiApi';

/** What a user enters in the `archetypeAiApi` credential: `apiKey`, `baseUrl`, ... */
export type Credential = ICredentialDataDecryptedObject;

/** What a test specifies of a node; the rest is filled in. */
export type TestNode = Pick<INode, 'name' | 'type'> & Partial<INode>;

/** Where a node's `this.logger` writes. Silent: spy on its methods to see the lines. */
export const logger = Container.get(Logger);

const binaryData = Container.get(BinaryDataService);
const binaryDataReady = binaryData.init();

/** Keeps files in memory from now on, as n8n 1.x does by default. */
export async function keepFilesInMemory(): Promise<void> {
	await binaryDataReady;
	Container.get(BinaryDataConfig).mode = 'default';
	await binaryData.init();
}

/** The credential of a user of this sandbox, with individual fields replaced. */
export function credentialFor(
	sandbox: { url: string; apiKey: string },
	changes: Credential = {},
): Credential {
	return { apiKey: sandbox.apiKey, baseUrl: sandbox.url, ...changes };
}

/** A workflow of these nodes, with the credential set on every node that takes one. */
export function createWorkflow(options: {
	nodes: TestNode[];
	connections?: IConnections;
	credential?: Credential;
	staticData?: IDataObject;
	/** From the workflow's settings; the host's by default. */
	timezone?: string;
}): Workflow {
	const credentials = options.credential && {
		[CREDENTIAL_TYPE]: { id: 'credential', name: 'Archetype AI account' },
	};
	const nodes = options.nodes.map((node): INode => ({
		id: node.name,
		typeVersion: 1,
		position: [0, 0],
		parameters: {},
		credentials: nodeTypes.getByNameAndVersion(node.type).description.credentials && credentials,
		...node,
	}));
	return new Workflow({
		id: 'workflow',
		name: 'Engine test',
		nodes,
		connections: options.connections ?? {},
		active: false,
		nodeTypes,
		staticData: options.staticData,
		settings: { executionOrder: 'v1', timezone: options.timezone },
	});
}

/** Resolves once files can be stored. `currentNodeParameters`: what the editor currently shows. */
export async function createAdditionalData(options: {
	workflow: Workflow;
	mode: WorkflowExecuteMode;
	credential?: Credential;
	currentNodeParameters?: INodeParameters;
}): Promise<IWorkflowExecuteAdditionalData> {
	await binaryDataReady;
	const { workflow, mode } = options;
	const executionId = 'execution';
	// Contexts build URLs from these and reject anything that is not a URL. Nothing listens there.
	const url = 'http://n8n.invalid/';
	return {
		credentialsHelper: new CredentialsHelper(
			options.credential ? { [CREDENTIAL_TYPE]: options.credential } : {},
		),
		currentNodeParameters: options.currentNodeParameters,
		executionId,
		workflowId: workflow.id,
		currentNodeExecutionIndex: 0,
		variables: {},
		externalSecretsProxy: Container.get(ExternalSecretsProxy),
		restApiUrl: url,
		instanceBaseUrl: url,
		formBaseUrl: url,
		formWaitingBaseUrl: url,
		formTestBaseUrl: url,
		webhookBaseUrl: url,
		webhookWaitingBaseUrl: url,
		webhookTestBaseUrl: url,
		mcpBaseUrl: url,
		mcpTestBaseUrl: url,
		hooks: new ExecutionLifecycleHooks(mode, executionId, {
			id: workflow.id,
			name: 'Engine test',
			active: false,
			isArchived: false,
			activeVersionId: null,
			createdAt: new Date(),
			updatedAt: new Date(),
			nodes: Object.values(workflow.nodes),
			connections: workflow.connectionsBySourceNode,
		}),
		executeWorkflow: notInTheseTests,
		getRunExecutionData: notInTheseTests,
		getRuntimeCredential: notInTheseTests,
		startRunnerTask: notInTheseTests,
		logAiEvent: () => {},
	};
}

/** The content of an item's file, wherever n8n has stored it. */
export function readBinary(file: IBinaryData): Promise<Buffer> {
	return binaryData.getAsBuffer(file);
}

/** A file in n8n's binary store, or in memory after {@link keepFilesInMemory}, as nodes give it. */
export async function storedFile(
	content: Buffer | Readable,
	fileName: string,
): Promise<IBinaryData> {
	await binaryDataReady;
	const mimeType = 'application/octet-stream';
	const about = { data: '', fileName, mimeType };
	const location = { type: 'execution', workflowId: 'workflow', executionId: 'execution' } as const;
	return await binaryData.store(location, content, about);
}

function notInTheseTests(): never {
	throw new Error('The engine tests run single workflows: no sub-workflow, no task runner');
}
