import type { INode, INodeParameters } from 'n8n-workflow';

import type { WorkflowTemplate } from '../../tools/n8n/client';
import type { ChatRequest } from './counterparts/openai';
import { node, TOOL } from './workflows';

const START = 'n8n-nodes-base.manualTrigger';
const AGENT = '@n8n/n8n-nodes-langchain.agent';
const MODEL = '@n8n/n8n-nodes-langchain.lmChatOpenAi';

export const START_NODE = 'Start';
export const AGENT_NODE = 'Agent';

/** An operation of our node as an agent's tool. */
export const tool = (name: string, parameters: INodeParameters): INode =>
	node(name, TOOL, parameters);

/** A value for the model to fill in; `key` is its name in the tool's schema. */
export const fromModel = (key: string, description: string, type = 'string'): string =>
	`={{ $fromAI('${key}', '${description}', '${type}') }}`;

/**
 * An agent that is started manually with a task. `reviews` go between the agent and a tool: the
 * tool's name -> the node that asks a person.
 */
export function agentWorkflow(
	task: string,
	tools: INode[],
	reviews: Record<string, INode> = {},
): WorkflowTemplate {
	const model = node('Model', MODEL, { model: { __rl: true, mode: 'id', value: 'scripted' } }, 1.2);
	model.credentials = { openAiApi: { id: null, name: '' } };
	const agent = node(AGENT_NODE, AGENT, { promptType: 'define', text: task, options: {} }, 3);
	const connections: WorkflowTemplate['connections'] = {};
	const connect = (
		from: string,
		type: 'main' | 'ai_languageModel' | 'ai_tool',
		to = AGENT_NODE,
	) => {
		connections[from] = { [type]: [[{ node: to, type, index: 0 }]] };
	};
	connect(START_NODE, 'main');
	connect(model.name, 'ai_languageModel');
	for (const { name } of tools) connect(name, 'ai_tool', reviews[name]?.name);
	for (const { name } of Object.values(reviews)) connect(name, 'ai_tool');
	const nodes = [node(START_NODE, START), agent, model, ...tools, ...Object.values(reviews)];
	return { name: 'Agent', nodes, connections, settings: { executionOrder: 'v1' } };
}

/** The last tool's answer, as the model reads it. */
export const lastAnswer = ({ messages }: ChatRequest): string =>
	String(messages.filter(({ role }) => role === 'tool').at(-1)?.content);

/** That answer parsed into its items. */
export const lastItems = <T>(asked: ChatRequest): T[] => JSON.parse(lastAnswer(asked)) as T[];
