import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import getPort from 'get-port';
import type { INodeParameters, INodePropertyOptions, INodeTypeDescription } from 'n8n-workflow';

import type { WorkflowTemplate } from '../../tools/n8n/client';
import { until } from '../../tools/n8n/until';
import { readExample, readOutputsExample } from '../../examples/workflows';
import { everyOperation, RUNS, SUPERFLUOUS } from './everyOperation';
import { describeEachHost } from './hosts';
import { PUMP, PUMP_WINDOWS } from './pump';
import { useServer } from './server';
import { ACTION, chain, node, TRIGGER } from './workflows';

interface Output {
	id: string;
	data: { ref: string; filename: string; num_bytes: number };
}

const MANUAL = 'n8n-nodes-base.manualTrigger';
const locator = (id: string) => ({ __rl: true, mode: 'id', value: id });

/** What a node offers, as `resource.operation`; n8n itself adds calls of any endpoint. */
const operationsOf = ({ properties }: INodeTypeDescription): string[] =>
	properties
		.filter(({ name }) => name === 'operation')
		.flatMap(({ displayOptions, options }) =>
			(options as INodePropertyOptions[])
				.filter(({ value }) => value !== '__CUSTOM_API_CALL__')
				.map(({ value }) => `${(displayOptions?.show?.resource as string[]).join()}.${value}`),
		);

describeEachHost((installation, packed) => {
	const server = useServer(installation, packed);

	/** One job with its contents, as the sandbox makes it up. */
	const seedJob = (request: Parameters<typeof server.sandbox.steer.seed>[0] = {}) =>
		server.sandbox.steer.seed({ inputs: 3, outputs: 4, outputBytes: 5_000, ...request }).ids[0]!;

	const all = { returnAll: true, simplify: false, filters: {} };

	test('knows both nodes, the action node as a tool, and the credential', async () => {
		const { nodes, credentials } = await server.client.knownTypes();
		const ours = nodes.filter((name) => name.startsWith(packed.name)).sort();
		expect(ours).toEqual([ACTION, `${ACTION}Tool`, TRIGGER]);
		expect(credentials).toContain('archetypeAiApi');
	});

	describe('the test of the credential', () => {
		const testWith = (changes: object) => {
			const { client, credential, sandbox } = server;
			const data = { apiKey: sandbox.apiKey, baseUrl: sandbox.url, ...changes };
			return client.testCredential(credential, data);
		};

		test('passes with the right key', async () => {
			expect(await testWith({})).toMatchObject({ status: 'OK' });
		});

		test.each([
			['a wrong key', { apiKey: 'sk_wrong' }, /^The API key was not accepted\./],
			['plain http', { baseUrl: 'http://api.example.com' }, /would send the API key unencrypted/],
			['user info', { baseUrl: 'https://me:pw@api.example.com' }, /contains a user name/],
		])('says its own words for %s', async (_, changes, expected) => {
			const { status, message } = await testWith(changes);
			expect(status).toBe('Error');
			expect(message).toMatch(expected);
			expect(message).not.toMatch(/sk_|me:pw/);
		});

		test('says its own words for a host that does not answer', async () => {
			const host = `127.0.0.1:${await getPort()}`;
			const { status, message } = await testWith({ baseUrl: `http://${host}` });
			expect(status).toBe('Error');
			expect(message).toContain(`Nothing answers at ${host}.`);
		});
	});

	test('each operation runs once, and gives what the service has', async () => {
		const { client, credential, sandbox } = server;
		const description = (await client.nodeTypes()).find(({ name }) => name === ACTION)!;
		expect(operationsOf(description).sort()).toEqual(Object.keys(RUNS).sort());

		await server.upload([...Object.values(PUMP), SUPERFLUOUS]);
		sandbox.steer.options({ jobMs: 1_500 });
		const jobs = {
			ended: seedJob(),
			failed: seedJob({ status: 'FAILED' }),
			running: seedJob({ status: 'RUNNING' }),
			superfluous: seedJob(),
		};
		const workflow = await client.createWorkflow(everyOperation(jobs), credential);
		const execution = await client.run(workflow, 'Start');
		expect(await client.errorOf(execution)).toBeUndefined();
		for (const [name, { check }] of Object.entries(RUNS)) {
			const items = (await client.itemsOf(execution, name)).map(({ json }) => json);
			expect([name, items.length > 0]).toEqual([name, true]);
			await check(items, jobs, server);
		}
	});

	describe('the operation', () => {
		test('output: download, with every byte', async () => {
			const { client, credential, files } = server;
			const id = seedJob();
			const nodes = [
				node('Start', MANUAL),
				node('Download', ACTION, {
					...{ resource: 'output', operation: 'download' },
					...{ jobId: locator(id), ...all, options: {} },
				}),
				node('Write', 'n8n-nodes-base.readWriteFile', {
					...{ operation: 'write', fileName: `=${files}/{{ $json.id }}`, dataPropertyName: 'data' },
					options: {},
				}),
			];
			const workflow = await client.createWorkflow(chain('Download', nodes), credential);
			const execution = await client.run(workflow, 'Start');
			expect(await client.errorOf(execution)).toBeUndefined();
			const outputs = await listOutputs(id);
			expect(outputs).toHaveLength(4);
			for (const { id: name, data } of outputs) {
				const sent = Buffer.from(await (await fetch(data.ref)).arrayBuffer());
				expect(sent).toHaveLength(data.num_bytes);
				expect((await readFile(join(files, name))).equals(sent)).toBe(true);
			}
		});

		test('output: download, without what the published workflow downloaded before', async () => {
			const { client, credential, n8n, sandbox } = server;
			const id = seedJob({ status: 'RUNNING', outputs: 8 });
			const webhook = node('Webhook', 'n8n-nodes-base.webhook', {
				...{ path: 'come-back', responseMode: 'lastNode', responseData: 'allEntries' },
				options: {},
			});
			const download = node('Download', ACTION, {
				...{ resource: 'output', operation: 'download' },
				...{ jobId: locator(id), ...all, options: { skipDownloaded: true } },
			});
			const nodes = [{ ...webhook, webhookId: 'come-back' }, download];
			const workflow = await client.createWorkflow(chain('Come back', nodes), credential);
			await client.publish(workflow);
			const comeBack = async () => {
				const reply = await fetch(`${n8n.url}/webhook/come-back`);
				const items = (await reply.json()) as Array<{ id: string }>;
				return items.map((item) => item.id);
			};

			const first = await comeBack();
			const listed = (await listOutputs(id)).map((output) => output.id);
			expect([...first].sort()).toEqual(listed.sort());
			expect(first).toHaveLength(4);
			await sandbox.steer.addOutputs(id, [{ filename: 'later.csv', bytes: 10 }]);
			const second = await comeBack();
			expect(second).toHaveLength(1);
			expect(first).not.toContain(second[0]);
			await client.unpublish(workflow);
		});
	});

	describe('a dropdown is filled from the service', () => {
		const inEditor = (jobId: string) => ({
			type: ACTION,
			parameters: { resource: 'output', operation: 'getMany', jobId: locator(jobId) },
			credential: server.credential,
		});

		test('jobs, searched by name', async () => {
			const id = seedJob({ name: 'pump-7' });
			seedJob({ name: 'fan-3' });
			const path = 'parameters.jobId';
			const found = await server.client.searchList(inEditor(id), 'searchJobs', path, 'pump-7');
			expect(found.map(({ value }) => value)).toEqual([id]);
		});

		test('ports of the chosen job', async () => {
			const path = 'parameters.filters.portName';
			const ports = await server.client.loadOptions(inEditor(seedJob()), 'getOutputPorts', path);
			expect(ports).toEqual([
				{ name: 'Any Port', value: '' },
				{ name: 'worker.results', value: 'worker.results' },
			]);
		});
	});

	describe('the example workflow', () => {
		beforeEach(() => server.sandbox.steer.reset());

		test('job completed, outputs to disk', async () => {
			const id = seedJob({ status: 'COMPLETED' });
			const template = await readOutputsExample(server.files);
			const execution = await runExample(template, 'Job Completed');
			const outputs = await listOutputs(id);
			for (const output of outputs) {
				const name = `${output.id}_${output.data.filename}`;
				expect(await readFile(join(server.files, name))).toHaveLength(output.data.num_bytes);
			}
			expect(await server.client.itemsOf(execution, 'Write Files')).toHaveLength(4);
		});

		test('running jobs and their progress', async () => {
			const id = seedJob({ status: 'RUNNING', inputs: 2 });
			seedJob({ status: 'COMPLETED' });
			const execution = await runExample(await readExample('running-jobs-progress'), 'Start');
			const { name } = await server.get<{ name: string }>(`/batch/jobs/${id}`);
			const rows = await server.client.itemsOf(execution, 'Progress List');
			expect(rows.map(({ json }) => json.job)).toEqual([name, name]);
			expect(rows.map(({ json }) => json.status)).not.toContain(undefined);
		});

		describe('a job of days', () => {
			/** The template with rounds so short that n8n keeps them in memory. */
			async function inShortRounds() {
				const template = await readExample('start-job-of-days');
				Object.assign(parametersOf(template, 'Wait'), { amount: 1, unit: 'seconds' });
				return template;
			}
			const parametersOf = ({ nodes }: WorkflowTemplate, name: string): INodeParameters =>
				nodes.find((each) => each.name === name)!.parameters;

			beforeEach(() => server.upload(Object.values(PUMP)));

			test('goes on with the rows when it has ended, through an outage', async () => {
				const { client, sandbox } = server;
				sandbox.steer.options({ jobMs: 4_000 });
				const path = '/batch/jobs/job_*';
				sandbox.steer.faults({ kind: 'status', status: 404, envelope: 'html', path, times: 1 });
				const execution = await runExample(await inShortRounds(), 'Every Night');
				expect(await client.itemsOf(execution, 'Read Rows')).toHaveLength(PUMP_WINDOWS);
				const looks = await client.itemsOf(execution, 'Look at Job');
				expect(looks.map(({ json }) => json.status)).toEqual(
					expect.arrayContaining([undefined, 'RUNNING', 'COMPLETED']),
				);
			});

			test('says why it did not succeed', async () => {
				const { client, credential, sandbox } = server;
				sandbox.steer.options({ jobMs: 1_000 });
				const template = await inShortRounds();
				parametersOf(template, 'Start Job').settings = {
					...{ mappingMode: 'defineBelow', value: { 'reader_config.data_columns': '["gone"]' } },
				};
				const workflow = await client.createWorkflow(template, credential);
				const execution = await client.run(workflow, 'Every Night');
				expect(await client.errorOf(execution)).toMatch(/^Job job_\w+ did not succeed: failed$/);
			});

			test('as it is, is put away while it waits', async () => {
				const { client, credential } = server;
				const template = await readExample('start-job-of-days');
				const workflow = await client.createWorkflow(template, credential);
				void client.run(workflow, 'Every Night').catch(() => {});
				const waits = await until(20_000, 'Nothing waits', async () => {
					const [execution] = await client.executions(workflow);
					return execution?.status === 'waiting' && execution;
				});
				expect(Date.parse(waits.waitTill!) - Date.now()).toBeGreaterThan(13 * 60_000);
			});
		});

		async function runExample(template: Awaited<ReturnType<typeof readExample>>, start: string) {
			const { client, credential } = server;
			const workflow = await client.createWorkflow(template, credential);
			const execution = await client.run(workflow, start);
			expect(await client.errorOf(execution)).toBeUndefined();
			return execution;
		}
	});

	async function listOutputs(jobId: string): Promise<Output[]> {
		const path = `/batch/jobs/${jobId}/outputs?limit=100`;
		return (await server.get<{ outputs: Output[] }>(path)).outputs;
	}
});
