import { WorkflowExecute } from 'n8n-core';
import {
	type ExecutionError,
	type ExecutionStatus,
	type IConnections,
	type INode,
	type INodeExecutionData,
	type INodeParameters,
	NodeConnectionTypes,
	type WorkflowExecuteMode,
} from 'n8n-workflow';
import {
	createAdditionalData,
	createWorkflow,
	type Credential,
	readBinary,
	type TestNode,
} from './engine';
import { ACTION, START } from './nodeTypes';

export interface Run {
	status: ExecutionStatus;
	/** The error that stopped the workflow; undefined if it ran to completion. */
	error?: ExecutionError;
	/** Items of a node's last run, from its first output by default. */
	items(node: string, output?: number): INodeExecutionData[];
	/** The hints that the editor shows above the items of a node's last run. */
	hints(node: string): string[];
	/** Content of an item's file. */
	binary(item: INodeExecutionData, property?: string): Promise<Buffer>;
}

interface RunOptions {
	items?: INodeExecutionData[];
	credential?: Credential;
	signal?: AbortSignal;
	mode?: WorkflowExecuteMode;
	timezone?: string;
}

/**
 * Runs a workflow in n8n-core's WorkflowExecute, starting at the node named Start, which passes on
 * `items` (one empty item by default). A failed node does not reject: see `error` of the result.
 * Aborting `signal` cancels the execution, like the editor's stop button. `mode` defaults to that
 * of a manual test run.
 */
export async function runWorkflow(
	options: RunOptions & { nodes: TestNode[]; connections: IConnections },
): Promise<Run> {
	const { credential, items = [{ json: {} }], signal, mode = 'manual', timezone } = options;
	const nodes = [{ name: 'Start', type: START }, ...options.nodes];
	const { connections } = options;
	const workflow = createWorkflow({ nodes, connections, credential, timezone });
	const additionalData = await createAdditionalData({ workflow, mode, credential });

	const execution = new WorkflowExecute(additionalData, mode).run({
		workflow,
		startNode: workflow.nodes.Start,
		triggerToStartFrom: { name: 'Start', data: taskData(items) },
	});
	signal?.addEventListener('abort', () => execution.cancel(), { once: true });
	const { status, data } = await execution;

	return {
		// n8n stores a cancelled execution as such, whatever the node does on its way out.
		status: execution.isCanceled ? 'canceled' : status,
		error: data.resultData.error,
		items: (node, output = 0) => data.resultData.runData[node]?.at(-1)?.data?.main?.[output] ?? [],
		hints: (node) =>
			(data.resultData.runData[node]?.at(-1)?.hints ?? []).map(({ message }) => message),
		binary: async (item, property = 'data') => {
			const file = item.binary?.[property];
			if (!file) throw new Error(`The item carries no file "${property}"`);
			return await readBinary(file);
		},
	};
}

/** Items of the node's first output. */
export type NodeRun = Omit<Run, 'items' | 'hints'> & {
	items: INodeExecutionData[];
	hints: string[];
	/** Items of the error output. */
	failed: INodeExecutionData[];
};

/**
 * Runs the action node alone on `items`. `settings`: n8n's own node settings, such as
 * `onError`.
 */
export async function runNode(
	parameters: INodeParameters,
	{ settings, ...options }: RunOptions & { settings?: Partial<INode> },
): Promise<NodeRun> {
	return await runAlone({ ...settings, name: 'Archetype AI', type: ACTION, parameters }, options);
}

/** Runs a single node of any type on `items`. */
export async function runAlone(node: TestNode, options: RunOptions): Promise<NodeRun> {
	const run = await runWorkflow({
		...options,
		nodes: [node],
		connections: {
			Start: { main: [[{ node: node.name, type: NodeConnectionTypes.Main, index: 0 }]] },
		},
	});
	return {
		...run,
		items: run.items(node.name),
		hints: run.hints(node.name),
		failed: run.items(node.name, 1),
	};
}

function taskData(items: INodeExecutionData[]) {
	return {
		data: { main: [items] },
		source: [],
		startTime: 0,
		executionIndex: 0,
		executionTime: 0,
	};
}
