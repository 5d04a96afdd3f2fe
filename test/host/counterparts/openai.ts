import fastify from 'fastify';
import type { IDataObject } from 'n8n-workflow';

const KEY = 'sk-only-for-tests';

/** An OpenAI chat message, as far as it matters here. */
export interface ChatMessage {
	role: string;
	content: string | null;
	tool_calls?: Array<{
		id: string;
		type: 'function';
		function: { name: string; arguments: string };
	}>;
}

/** A request to the model. */
export interface ChatRequest {
	model: string;
	messages: ChatMessage[];
	tools?: Array<{ function: { name: string; description: string; parameters: IDataObject } }>;
}

/** One turn of the script: the model's message, based on the request. */
export type Turn = (request: ChatRequest) => Pick<ChatMessage, 'content' | 'tool_calls'>;

/** A scripted model. */
export interface ModelServer {
	/** The data of n8n's `openAiApi` credential for it. */
	credential: IDataObject;
	/** The requests it received, oldest first. */
	requests: ChatRequest[];
	close(): Promise<void>;
}

/** A turn that calls a tool. */
export const callTool = (name: string, args: object): ReturnType<Turn> => ({
	content: null,
	tool_calls: [
		{ id: `call_${name}`, type: 'function', function: { name, arguments: JSON.stringify(args) } },
	],
});

/** Starts an OpenAI-compatible server on a free port; each request gets the script's next turn. */
export async function startModel(script: Turn[]): Promise<ModelServer> {
	const requests: ChatRequest[] = [];
	const server = fastify();
	server.post('/v1/chat/completions', async (request, reply) => {
		const turn = script[requests.length];
		const asked = request.body as ChatRequest;
		requests.push(asked);
		if (request.headers.authorization !== `Bearer ${KEY}`) return reply.code(401).send({});
		if (!turn) return reply.code(400).send({ error: { message: 'The script has ended' } });
		const message = { role: 'assistant', ...turn(asked) };
		const finish_reason = message.tool_calls ? 'tool_calls' : 'stop';
		return {
			...{ id: `chatcmpl-${requests.length}`, object: 'chat.completion', created: 0 },
			model: asked.model,
			choices: [{ index: 0, message, finish_reason }],
			usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
		};
	});
	const url = await server.listen({ host: '127.0.0.1', port: 0 });
	return {
		credential: { apiKey: KEY, url: `${url}/v1`, header: false },
		requests,
		close: () => server.close(),
	};
}
