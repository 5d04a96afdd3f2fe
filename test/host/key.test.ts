// Where the key of the credential arrives, whoever sends: it goes to the Base URL's origin and below its
// path, also through a proxy, and whatever a redirect says. The HTTP Request node has a test of its own.
import { readExample } from '../../examples/workflows';
import { until } from '../../tools/n8n/until';
import { FILE, startEveryHost } from './counterparts/everyHost';
import type { EveryHost } from './counterparts/everyHost';
import { callTool, startModel } from './counterparts/openai';
import { describeEachHost } from './hosts';
import { useServer } from './server';
import { ACTION, chain, node, trigger } from './workflows';

const KEY = 'sk_only_for_the_service';
const TIMEOUT_MS = 120_000;
const MANUAL = 'n8n-nodes-base.manualTrigger';
const PROXIED = 'api.example';

describeEachHost((installation, packed) => {
	let everyHost: EveryHost;
	/** Filled in before the server starts with it. */
	const env: Record<string, string> = { NO_PROXY: '127.0.0.1,localhost' };
	beforeAll(async () => {
		everyHost = await startEveryHost(KEY);
		env.HTTP_PROXY = `http://${everyHost.address}`;
	});
	afterAll(() => everyHost.close());
	const server = useServer(installation, packed, env);

	describe.each([
		['directly', () => everyHost.address],
		['through a proxy', () => PROXIED],
	])('H4 H9 asked %s, the key arrives below the Base URL and nowhere else', (_, hostOf) => {
		const credential = () =>
			server.client.createCredential('Every host', {
				...{ apiKey: KEY, baseUrl: `http://${hostOf()}/v0.5`, allowInsecureHttp: true },
			});

		/** What arrives while something is done. */
		async function arriving(work: () => Promise<void>) {
			const before = everyHost.arrived.length;
			await work();
			const all = everyHost.arrived.slice(before);
			const keyed = all.filter(({ hasKey }) => hasKey);
			expect(keyed.length).toBeGreaterThan(0);
			for (const { host, path } of keyed) {
				expect(host).toBe(hostOf());
				expect(path).toMatch(/^\/v0\.5\//);
			}
			return all.filter(({ hasKey }) => !hasKey).map(({ host, path }) => `${host}${path}`);
		}

		test('files of the action node, whose links and redirects lead away', async () => {
			const { client } = server;
			const parameters = {
				...{ resource: 'output', operation: 'readRows', returnAll: true, filters: {}, options: {} },
				jobId: { __rl: true, mode: 'id', value: 'job_1' },
			};
			const nodes = [node('Start', MANUAL), node('Archetype AI', ACTION, parameters)];
			const workflow = await client.createWorkflow(chain('Files', nodes), await credential());
			const unkeyed = await arriving(async () => {
				const execution = await client.run(workflow, 'Start');
				expect(await client.errorOf(execution)).toBeUndefined();
				const items = await client.itemsOf(execution, 'Archetype AI');
				expect(items.map(({ json }) => json)).toEqual(Array(3).fill({ a: '1', b: '2' }));
				expect(FILE).toContain('1,2');
			});
			expect(unkeyed.map((url) => url.replace(/^[^/]+/, '')).sort()).toEqual([
				...['/link', '/outside/stolen', '/v0.5/stolen'],
			]);
		});

		test(
			'the lists of the trigger, the action node and the tool of an agent, redirected',
			async () => {
				const { client, n8n } = server;
				const account = await credential();
				everyHost.redirectLists(false);
				const watch = await client.createWorkflow(chain('Ends', [trigger('Ended')]), account);
				await client.publish(watch);
				everyHost.redirectLists(true);
				const lists = () =>
					everyHost.arrived.filter(({ path }) => path === '/v0.5/batch/jobs').length;
				const ofTrigger = await arriving(async () => {
					const before = lists();
					await until(TIMEOUT_MS, 'No poll', () => Promise.resolve(lists() > before));
				});
				await client.unpublish(watch);

				const parameters = { resource: 'job', operation: 'getMany', filters: {}, options: {} };
				const nodes = [node('Start', MANUAL), node('Archetype AI', ACTION, parameters)];
				const list = await client.createWorkflow(chain('List', nodes), account);
				const ofNode = await arriving(async () => {
					const execution = await client.run(list, 'Start');
					expect(await client.errorOf(execution)).toContain('redirects to another address');
				});

				const model = await startModel([
					() => callTool('List_Jobs', { statuses: '' }),
					() => ({ content: 'None' }),
				]);
				const template = await readExample('ask-about-jobs');
				const chat = template.nodes.find(({ name }) => name === 'Chat')!;
				chat.parameters.public = true;
				const openAiApi = await client.createCredential('Model', model.credential, 'openAiApi');
				const agent = await client.createWorkflow(template, account, { openAiApi });
				await client.publish(agent);
				const ofTool = await arriving(async () => {
					await fetch(`${n8n.url}/webhook/${chat.webhookId}/chat`, {
						method: 'POST',
						headers: { 'content-type': 'application/json' },
						body: JSON.stringify({
							action: 'sendMessage',
							sessionId: 'x',
							chatInput: 'What runs?',
						}),
					});
				});
				await client.unpublish(agent);
				await model.close();
				expect(JSON.stringify(model.requests)).not.toContain(KEY);
				expect([ofTrigger, ofNode, ofTool]).toEqual([[], [], []]);
			},
			TIMEOUT_MS,
		);
	});
}, '2.x');
