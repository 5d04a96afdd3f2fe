import type { INode, INodeParameters } from 'n8n-workflow';

import type { WorkflowTemplate } from '../../tools/n8n/client';

export const ACTION = 'n8n-nodes-archetypeai.archetypeAi';
/** The action node as an agent's tool. */
export const TOOL = `${ACTION}Tool`;
export const TRIGGER = 'n8n-nodes-archetypeai.archetypeAiTrigger';

/** Poll interval for tests, in seconds: n8n has no schedule under a minute, but allows several. */
export const POLL_EVERY_S = 5;
const POLL_SECONDS = Array.from({ length: 60 / POLL_EVERY_S }, (_, poll) => poll * POLL_EVERY_S);

/** A hand-made node in the middle of an empty canvas; `createWorkflow` sets its credential. */
export function node(
	name: string,
	type: string,
	parameters: INodeParameters = {},
	typeVersion = 1,
): INode {
	const credentials = { archetypeAiApi: { id: null, name: '' } };
	const isOurs = [ACTION, TOOL, TRIGGER].includes(type);
	return {
		...{ id: name, name, type, typeVersion, position: [0, 0], parameters },
		...(isOurs && { credentials }),
	};
}

/** A workflow of nodes connected in sequence. */
export function chain(name: string, nodes: INode[]): WorkflowTemplate {
	const connections: WorkflowTemplate['connections'] = {};
	for (const [index, next] of nodes.slice(1).entries()) {
		const from = nodes[index]!.name;
		connections[from] = { main: [[{ node: next.name, type: 'main', index: 0 }]] };
	}
	return { name, nodes, connections, settings: { executionOrder: 'v1' } };
}

/** The trigger's schedule for polling every few seconds. */
const pollTimes = (): INodeParameters => ({
	item: POLL_SECONDS.map((second) => ({
		mode: 'custom',
		cronExpression: `${second} * * * * *`,
	})),
});

/** The workflow with its trigger polling every few seconds instead of every minute. */
export function hurried(template: WorkflowTemplate): WorkflowTemplate {
	const nodes = template.nodes.map((each) =>
		each.type === TRIGGER
			? { ...each, parameters: { ...each.parameters, pollTimes: pollTimes() } }
			: each,
	);
	return { ...template, nodes };
}

/** A trigger for the end of any job, polling every few seconds. */
export function trigger(name: string): INode {
	return node(name, TRIGGER, {
		pollTimes: pollTimes(),
		events: ['completed', 'failed', 'cancelled'],
		watch: 'any',
		simplify: true,
		filters: {},
	});
}
