// The agent, with a model of the tests that follows a script: the tools are ours, and their answers
// come from the service.
import { readExample } from '../../examples/workflows';
import { callTool, startModel, type ChatRequest, type ModelServer } from './counterparts/openai';
import { describeEachHost } from './hosts';
import { useServer } from './server';

interface Job {
	id: string;
	name: string;
	status: string;
	outcome?: string | null;
}

/** What the last tool answered, as the model reads it. */
const lastAnswer = <T>({ messages }: ChatRequest): T[] => {
	const [answer] = messages.filter(({ role }) => role === 'tool').slice(-1);
	return JSON.parse(String(answer?.content)) as T[];
};

describeEachHost((installation, packed) => {
	const server = useServer(installation, packed);
	let model: ModelServer;
	afterAll(() => model?.close());

	test('the agent asks our tools what runs and what failed, and answers from what they return', async () => {
		const { client, credential, n8n, sandbox } = server;
		const [running = ''] = sandbox.steer.seed({ status: 'RUNNING', name: 'fan' }).ids;
		const request = { status: 'COMPLETED', name: 'pump', inputs: 3, failedInputs: 1 } as const;
		const [failed = ''] = sandbox.steer.seed(request).ids;
		sandbox.steer.seed({ status: 'CANCELLED', name: 'old' });
		const { inputs } = await server.get<{ inputs: Array<{ error_message: string | null }> }>(
			`/batch/jobs/${failed}/inputs?limit=100`,
		);
		const reason = inputs.find(({ error_message }) => error_message)?.error_message;

		let jobs: Job[] = [];
		model = await startModel([
			() => callTool('List_Jobs', { statuses: 'RUNNING, completed' }),
			(asked) => {
				jobs = lastAnswer<Job>(asked);
				return callTool('Progress_of_Inputs', { job_id: jobs.find(isRunning)?.id });
			},
			() => callTool('Failed_Inputs', { job_id: jobs.find((job) => !isRunning(job))?.id }),
			(asked) => {
				const [input] = lastAnswer<{ error_message: string }>(asked);
				const runs = jobs.filter(isRunning).map(({ name }) => name);
				return { content: `${runs.join()} runs; pump failed in part: ${input?.error_message}` };
			},
		]);

		const template = await readExample('ask-about-jobs');
		const chat = template.nodes.find(({ name }) => name === 'Chat')!;
		chat.parameters.public = true;
		const openAiApi = await client.createCredential('Model', model.credential, 'openAiApi');
		const workflow = await client.createWorkflow(template, credential, { openAiApi });
		await client.publish(workflow);
		const reply = await fetch(`${n8n.url}/webhook/${chat.webhookId}/chat`, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify({
				...{ action: 'sendMessage', sessionId: 'test' },
				chatInput: 'What is running, what failed and why?',
			}),
		});
		const answer = (await reply.json()) as { output?: string };
		const [execution] = await client.executions(workflow);
		expect(await client.errorOf(execution!)).toBeUndefined();

		expect(jobs.map(({ id }) => id).sort()).toEqual([running, failed].sort());
		expect(reason).toBeTruthy();
		const { name } = await server.get<Job>(`/batch/jobs/${running}`);
		expect(answer.output).toBe(`${name} runs; pump failed in part: ${reason}`);
		expect(model.requests).toHaveLength(4);
		const [first] = model.requests;
		expect(first?.messages.map(({ role }) => role)).toEqual(['system', 'user']);
		expect(first?.tools?.map((tool) => tool.function.name).sort()).toEqual([
			'Failed_Inputs',
			'List_Jobs',
			'Progress_of_Inputs',
		]);
		for (const { function: tool } of first!.tools!) {
			const keys = Object.keys(tool.parameters.properties as object);
			expect(keys).toEqual([tool.name === 'List_Jobs' ? 'statuses' : 'job_id']);
		}
	});
});

const isRunning = ({ status }: Job): boolean => status === 'RUNNING';
