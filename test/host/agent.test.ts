// Agents driven by a scripted test model: the tools are our nodes, and their answers come from the
// service.
import { readExample } from '../../examples/workflows';
import { until } from '../../tools/n8n/until';
import {
	AGENT_NODE,
	agentWorkflow,
	fromModel,
	lastAnswer,
	lastItems,
	START_NODE,
	tool,
} from './agents';
import { callTool, startModel, type ModelServer } from './counterparts/openai';
import { startMailServer, type MailServer } from './counterparts/smtp';
import { describeEachHost } from './hosts';
import { PUMP, PUMP_COLUMNS, PUMP_WINDOWS } from './pump';
import { useServer } from './server';
import { node } from './workflows';

interface Job {
	id: string;
	name: string;
	status: string;
	outcome?: string | null;
}

/** n8n's node that asks a person by email, which n8n 2 puts between an agent and a tool. */
const REVIEW = 'n8n-nodes-base.emailSendHitlTool';
const reviewParameters = {
	...{ fromEmail: 'n8n@example.com', toEmail: 'ada@example.com', subject: 'May I?' },
	message: '={{ $tool.name }} wants to run with {{ JSON.stringify($tool.parameters) }}',
	approvalOptions: { values: { approvalType: 'double' } },
};

const byModel = (key: string, description: string) => ({
	__rl: true,
	mode: 'id',
	value: fromModel(key, description),
});

describeEachHost((installation, packed) => {
	const server = useServer(installation, packed);
	let model: ModelServer;
	afterEach(() => model?.close());
	beforeEach(() => server.sandbox.steer.reset());

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
				jobs = lastItems<Job>(asked);
				return callTool('Progress_of_Inputs', { job_id: jobs.find(isRunning)?.id });
			},
			() => callTool('Failed_Inputs', { job_id: jobs.find((job) => !isRunning(job))?.id }),
			(asked) => {
				const [input] = lastItems<{ error_message: string }>(asked);
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

	test('the agent lists pipelines, creates a job, waits for its end and reads its rows', async () => {
		const { client, credential, sandbox } = server;
		await server.upload(Object.values(PUMP));
		sandbox.steer.options({ jobMs: 3_000 });
		const tools = [
			tool('List Pipelines', { resource: 'pipeline', operation: 'getMany' }),
			tool('Create Job', {
				...{ resource: 'job', operation: 'create', specifyInputs: 'json' },
				pipeline: { ...byModel('pipeline', 'Key of the pipeline'), mode: 'key' },
				name: fromModel('name', 'A name for the job'),
				inputsJson: fromModel('inputs', 'A list of port, file and label', 'json'),
				parametersJson: fromModel('parameters', 'Parameters of the pipeline', 'json'),
			}),
			tool('Wait for Job', {
				...{ resource: 'job', operation: 'wait', jobId: byModel('job_id', 'ID of the job') },
			}),
			tool('Read Rows', {
				...{ resource: 'output', operation: 'readRows', jobId: byModel('job_id', 'ID of the job') },
			}),
		];

		let job: Job | undefined;
		let ended: Job | undefined;
		model = await startModel([
			() => callTool('List_Pipelines', {}),
			(asked) => {
				const pipelines = lastItems<{ pipeline_key: string; inputs: object }>(asked);
				const classification = pipelines.find(({ inputs }) => 'worker.n_shots' in inputs);
				return callTool('Create_Job', {
					...{ pipeline: classification?.pipeline_key, name: 'by an agent' },
					inputs: [
						{ port: 'worker.inference', file: PUMP.nightly.name },
						...(['healthy', 'worn'] as const).map((label) => ({
							...{ port: 'worker.n_shots', file: PUMP[label].name, label },
						})),
					],
					parameters: {
						worker: {
							config: { reader_config: { data_columns: JSON.parse(PUMP_COLUMNS) as object } },
						},
					},
				});
			},
			(asked) => {
				[job] = lastItems<Job>(asked);
				return callTool('Wait_for_Job', { job_id: job?.id });
			},
			(asked) => {
				[ended] = lastItems<Job>(asked);
				return callTool('Read_Rows', { job_id: ended?.id });
			},
			(asked) => {
				const states = lastItems<{ Prediction: string }>(asked).map((row) => row.Prediction);
				return { content: `${states.length} windows: ${[...new Set(states)].join()}` };
			},
		]);
		const openAiApi = await client.createCredential('Model', model.credential, 'openAiApi');
		const template = agentWorkflow('Is pump 7 worn?', tools);
		const workflow = await client.createWorkflow(template, credential, { openAiApi });
		const execution = await client.run(workflow, START_NODE);

		expect(await client.errorOf(execution)).toBeUndefined();
		const [answer] = await client.itemsOf(execution, AGENT_NODE);
		expect(answer?.json.output).toBe(`${PUMP_WINDOWS} windows: worn`);
		expect(job?.status).toBe('PENDING');
		expect(ended).toMatchObject({ id: job?.id, status: 'COMPLETED', outcome: 'succeeded' });
		expect(await server.get(`/batch/jobs/${job?.id}`)).toMatchObject({ name: 'by an agent' });
	});

	describe('a step of approval in front of a delete', () => {
		let mail: MailServer;
		beforeAll(async () => (mail = await startMailServer()));
		afterAll(() => mail.close());
		beforeEach(() => (mail.mails.length = 0));

		if (installation.version.startsWith('1.')) {
			test('is nothing that n8n 1 has', async () => {
				const { nodes } = await server.client.knownTypes();
				expect(nodes).toContain('n8n-nodes-base.emailSend');
				expect(nodes).not.toContain(REVIEW);
			});
			return;
		}

		/** An agent wants to delete a job, and a person gets an email with two buttons. */
		async function deleteAfter(button: 'Approve' | 'Decline', jobId: string) {
			const { client, credential, n8n } = server;
			const remove = tool('Delete Job', {
				...{ resource: 'job', operation: 'delete', jobId: byModel('job_id', 'ID of the job') },
			});
			const review = node('Ask a Person', REVIEW, reviewParameters, 2.1);
			review.credentials = { smtp: { id: null, name: '' } };
			model = await startModel([
				() => callTool('Delete_Job', { toolParameters: { job_id: jobId }, hitlParameters: {} }),
				(asked) => ({ content: lastAnswer(asked) }),
			]);
			const template = agentWorkflow(`Delete job ${jobId}`, [remove], { [remove.name]: review });
			const workflow = await client.createWorkflow(template, credential, {
				openAiApi: await client.createCredential('Model', model.credential, 'openAiApi'),
				smtp: await client.createCredential('Mail', mail.credential, 'smtp'),
			});
			const running = client.run(workflow, START_NODE);
			const asked = await until(30_000, 'Nobody was asked', async () => mail.mails[0]);
			expect(asked.text).toContain(`Delete_Job wants to run with {"job_id":"${jobId}"}`);
			await until(10_000, 'Nothing waits for the answer', async () => {
				const [execution] = await client.executions(workflow);
				return execution?.status === 'waiting';
			});
			expect((await server.get<Job>(`/batch/jobs/${jobId}`)).status).toBe('COMPLETED');

			const link = new RegExp(`<a href="([^"]+)"[^>]*>${button}</a>`).exec(String(asked.html))?.[1];
			const { pathname, search } = new URL(link!);
			// n8n takes clients without a browser's user agent for bots that scan emails.
			const headers = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Firefox/128.0' };
			const page = await fetch(`${n8n.url}${pathname}${search}`, { headers });
			expect(page.status).toBe(200);
			const execution = await running;
			expect(await client.errorOf(execution)).toBeUndefined();
			const [answer] = await client.itemsOf(execution, AGENT_NODE);
			return answer?.json.output as string;
		}

		const deletes = () =>
			server.sandbox.steer.requests().filter(({ method }) => method === 'DELETE').length;

		test('a person refuses: the job is still there, and the agent knows why', async () => {
			const [id = ''] = server.sandbox.steer.seed({ status: 'COMPLETED' }).ids;
			expect(await deleteAfter('Decline', id)).toContain('User rejected the tool call');
			expect(await server.get(`/batch/jobs/${id}`)).toMatchObject({ id, status: 'COMPLETED' });
			expect(deletes()).toBe(0);
		});

		test('a person agrees: the job is gone', async () => {
			const [id = ''] = server.sandbox.steer.seed({ status: 'COMPLETED' }).ids;
			const answer = await deleteAfter('Approve', id);
			expect(JSON.parse(answer)).toEqual([{ id, deleted: true }]);
			await expect(server.get(`/batch/jobs/${id}`)).rejects.toThrow('404');
			expect(deletes()).toBe(1);
		});
	});
});

const isRunning = ({ status }: Job): boolean => status === 'RUNNING';
