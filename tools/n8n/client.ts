import { randomBytes } from 'node:crypto';

import { parse } from 'flatted';
import type {
	IDataObject,
	INode,
	INodeExecutionData,
	INodeListSearchResult,
	INodePropertyOptions,
	INodeTypeDescription,
	IRunExecutionData,
	IWorkflowBase,
} from 'n8n-workflow';

import { until } from './until';

/** The owner of a server. */
export interface Owner {
	email: string;
	password: string;
}

/** How a node refers to a credential. */
export interface CredentialReference {
	id: string;
	name: string;
}

/** The response of n8n's "Test" button. */
export interface CredentialTestResult {
	status: 'OK' | 'Error';
	message: string;
}

/** One run of a workflow; `status` is n8n's, e.g. `success` or `error`. */
export interface Execution {
	id: string;
	workflowId: string;
	status: string;
	mode: string;
	startedAt: string;
	stoppedAt: string | null;
	/** When a waiting execution is due to resume. */
	waitTill?: string | null;
}

/** A workflow as exported: the format of `examples/workflows/*.json`. */
export type WorkflowTemplate = Pick<
	IWorkflowBase,
	'name' | 'nodes' | 'connections' | 'settings' | 'pinData'
>;

export type SavedWorkflow = WorkflowTemplate & { id: string; versionId: string };

/** What loading a node's dropdown takes: the node as it is in the editor. */
export interface NodeInEditor {
	type: string;
	parameters: IDataObject;
	credential: CredentialReference;
}

interface Publication {
	status: 'in_progress' | 'published' | 'partial' | 'failed' | 'not_published';
	triggers: Array<{ errorMessage: string | null }>;
}

const CREDENTIAL_TYPE = 'archetypeAiApi';
const EXECUTION_TIMEOUT_MS = 120_000;
const PUBLISH_TIMEOUT_MS = 30_000;
const RUNNING = new Set(['new', 'running', 'waiting']);

/** An error response from n8n, with its message. */
export class N8nRequestError extends Error {
	override name = 'N8nRequestError';

	constructor(
		message: string,
		readonly status?: number,
	) {
		super(message);
	}
}

function newOwner(): Owner {
	// n8n requires a digit and a capital letter.
	return { email: 'demo@example.com', password: `${randomBytes(9).toString('base64url')}-A1` };
}

/**
 * Drives a server the way its editor does, through the internal `/rest` API (the same in n8n 1.123
 * and 2.41). Every method throws N8nRequestError when n8n refuses.
 */
export class N8nClient {
	private cookie = '';

	constructor(private readonly url: string) {}

	/** Creates the owner of a new server, by default with a random password, and signs in. */
	async setUpOwner(owner: Owner = newOwner()): Promise<Owner> {
		await this.post('/owner/setup', { ...owner, firstName: 'Demo', lastName: 'Owner' });
		return owner;
	}

	/** Signs in again, e.g. after a restart. */
	async login({ email, password }: Owner): Promise<void> {
		await this.post('/login', { emailOrLdapLoginId: email, password });
	}

	/** The nodes and credentials the server offers, by full type name. */
	async knownTypes(): Promise<{ nodes: string[]; credentials: string[] }> {
		const [nodes, credentials] = await Promise.all(
			['nodes', 'credentials'].map(async (kind) => {
				const response = await this.send('GET', `/types/${kind}.json`);
				return ((await response.json()) as Array<{ name: string }>).map(({ name }) => name);
			}),
		);
		return { nodes: nodes ?? [], credentials: credentials ?? [] };
	}

	/** All node descriptions the server offers: one per version or group of versions. */
	async nodeTypes(): Promise<INodeTypeDescription[]> {
		return (await (await this.send('GET', '/types/nodes.json')).json()) as INodeTypeDescription[];
	}

	/** Saves a credential; an Archetype AI one, unless another type is given. */
	async createCredential(
		name: string,
		data: IDataObject,
		type = CREDENTIAL_TYPE,
	): Promise<CredentialReference> {
		const { id } = await this.post<{ id: string }>('/credentials', { name, type, data });
		return { id, name };
	}

	/** Updates the credential with that name, or creates it. */
	async saveCredential(name: string, data: IDataObject): Promise<CredentialReference> {
		const saved = await this.get<CredentialReference[]>('/credentials');
		const found = saved.find((credential) => credential.name === name);
		if (found === undefined) return await this.createCredential(name, data);
		await this.send('PATCH', `/rest/credentials/${found.id}`, {
			name,
			type: CREDENTIAL_TYPE,
			data,
		});
		return { id: found.id, name };
	}

	/** What the "Test" button says about a saved credential with these values. */
	async testCredential(
		{ id, name }: CredentialReference,
		data: IDataObject,
	): Promise<CredentialTestResult> {
		const credentials = { id, name, type: CREDENTIAL_TYPE, data };
		return await this.post<CredentialTestResult>('/credentials/test', { credentials });
	}

	/**
	 * Saves a workflow; every Archetype AI node in it gets the credential, any other node the one for
	 * its type in `others`.
	 */
	async createWorkflow(
		template: WorkflowTemplate,
		credential: CredentialReference,
		others: Record<string, CredentialReference> = {},
	): Promise<SavedWorkflow> {
		const chosen = { ...others, [CREDENTIAL_TYPE]: credential };
		const nodes = template.nodes.map((node) => ({
			...node,
			...(node.credentials && { credentials: withChosen(node.credentials, chosen) }),
		}));
		return await this.post<SavedWorkflow>('/workflows', { ...template, nodes, active: false });
	}

	/** Publishes a workflow (2.x) or activates it (1.x), and waits until its triggers are running. */
	async publish({ id, name, versionId }: SavedWorkflow): Promise<void> {
		await this.post(`/workflows/${id}/activate`, { versionId });
		await until(PUBLISH_TIMEOUT_MS, `${name} was not published`, async () => {
			const { status, triggers } = await this.publication(id);
			if (status !== 'failed') return status === 'published';
			const reasons = triggers.map(({ errorMessage }) => errorMessage).join('; ');
			throw new N8nRequestError(`n8n could not publish ${name}: ${reasons}`);
		});
	}

	/** The opposite of `publish`. */
	async unpublish({ id }: SavedWorkflow): Promise<void> {
		await this.post(`/workflows/${id}/deactivate`, {});
	}

	/** Runs a workflow manually from one of its triggers and waits until it has ended. */
	async run(workflow: SavedWorkflow, trigger: string): Promise<Execution> {
		const { executionId } = await this.post<{ executionId?: string }>(
			`/workflows/${workflow.id}/run`,
			// 1.x takes the workflow from the request, 2.x the saved one.
			{ workflowData: workflow, triggerToStartFrom: { name: trigger } },
		);
		if (!executionId) throw new N8nRequestError(`n8n did not start ${workflow.name}.`);
		return await this.ended(executionId);
	}

	/** The executions of one workflow, or of all, newest first. */
	async executions(workflow?: SavedWorkflow): Promise<Execution[]> {
		const filter = encodeURIComponent(JSON.stringify({ workflowId: workflow?.id }));
		const { results } = await this.get<{ results: Execution[] }>(
			`/executions?filter=${filter}&limit=100`,
		);
		return results;
	}

	/** Waits until an execution has ended. */
	async ended(executionId: string): Promise<Execution> {
		const complaint = `Execution ${executionId} did not end`;
		return await until(EXECUTION_TIMEOUT_MS, complaint, async () => {
			const execution = await this.get<Execution>(`/executions/${executionId}`);
			return !RUNNING.has(execution.status) && execution;
		});
	}

	/** A node's output items in an execution; empty if it did not run. */
	async itemsOf({ id }: Execution, node: string): Promise<INodeExecutionData[]> {
		const { resultData } = await this.dataOf(id);
		return resultData.runData[node]?.flatMap(({ data }) => data?.main?.[0] ?? []) ?? [];
	}

	/** The items n8n started an execution with, even if it was cut off before any node ran. */
	async startItemsOf({ id }: Execution, trigger: string): Promise<INodeExecutionData[]> {
		const { executionData, resultData } = await this.dataOf(id);
		const ran = resultData.runData[trigger]?.[0]?.data?.main?.[0];
		return ran ?? executionData?.nodeExecutionStack[0]?.data.main?.[0] ?? [];
	}

	/** Why an execution failed, as the editor shows it; undefined if it did not. */
	async errorOf({ id }: Execution): Promise<string | undefined> {
		const { resultData } = await this.dataOf(id);
		return resultData.error?.message;
	}

	/** The entries of a resource locator's list. */
	async searchList(
		node: NodeInEditor,
		method: string,
		path: string,
		filter?: string,
	): Promise<INodeListSearchResult['results']> {
		const body = { ...dynamicParameter(node, method, path), filter };
		const { results } = await this.post<INodeListSearchResult>(
			'/dynamic-node-parameters/resource-locator-results',
			body,
		);
		return results;
	}

	/** The options of a dropdown that is loaded from the service. */
	async loadOptions(
		node: NodeInEditor,
		method: string,
		path: string,
	): Promise<INodePropertyOptions[]> {
		const body = dynamicParameter(node, method, path);
		return await this.post<INodePropertyOptions[]>('/dynamic-node-parameters/options', body);
	}

	/** n8n 2 publishes in the background; n8n 1 is done when it answers, and has no such route. */
	private async publication(workflowId: string): Promise<Publication> {
		try {
			return await this.get<Publication>(`/workflows/${workflowId}/publication-status`);
		} catch (error) {
			if (!(error instanceof N8nRequestError) || error.status !== 404) throw error;
			return { status: 'published', triggers: [] };
		}
	}

	private async dataOf(executionId: string): Promise<IRunExecutionData> {
		const { data } = await this.get<{ data: string }>(`/executions/${executionId}`);
		return parse(data) as IRunExecutionData;
	}

	private async get<T>(path: string): Promise<T> {
		const response = await this.send('GET', `/rest${path}`);
		return ((await response.json()) as { data: T }).data;
	}

	private async post<T>(path: string, body: object): Promise<T> {
		const response = await this.send('POST', `/rest${path}`, body);
		return ((await response.json()) as { data: T }).data;
	}

	private async send(method: string, path: string, body?: object): Promise<Response> {
		const response = await fetch(`${this.url}${path}`, {
			method,
			headers: {
				'content-type': 'application/json',
				cookie: this.cookie,
				// n8n closes idle connections after 5 s, even if it was too busy to read from them.
				connection: 'close',
			},
			body: body && JSON.stringify(body),
		});
		const session = response.headers.getSetCookie().find((line) => line.startsWith('n8n-auth='));
		this.cookie = session?.split(';')[0] ?? this.cookie;
		if (response.ok) return response;
		const answer = (await response.text()).slice(0, 500);
		const message = `n8n answered ${method} ${path} with ${response.status}: ${answer}`;
		throw new N8nRequestError(message, response.status);
	}
}

function withChosen(
	placeholders: NonNullable<INode['credentials']>,
	chosen: Record<string, CredentialReference>,
): INode['credentials'] {
	const types = Object.entries(placeholders);
	return Object.fromEntries(
		types.map(([type, placeholder]) => [type, chosen[type] ?? placeholder]),
	);
}

function dynamicParameter(
	{ type, parameters, credential }: NodeInEditor,
	method: string,
	path: string,
) {
	return {
		path,
		methodName: method,
		nodeTypeAndVersion: { name: type, version: 1 },
		currentNodeParameters: parameters,
		credentials: { [CREDENTIAL_TYPE]: credential },
	};
}
