// Where the credential's key goes, whoever sends it: only to the Base URL's origin and below its
// path, even through a proxy, and whatever a redirect says.
import type { INodeParameters } from 'n8n-workflow';

import { readExample } from '../../examples/workflows';
import type { CredentialReference } from '../../tools/n8n/client';
import { until } from '../../tools/n8n/until';
import { EMPTY_LIST, FILE, foreignOf, startEveryHost } from './counterparts/everyHost';
import type { EveryHost } from './counterparts/everyHost';
import { callTool, startModel } from './counterparts/openai';
import { describeEachHost } from './hosts';
import { useServer } from './server';
import { ACTION, chain, node, trigger } from './workflows';

const KEY = 'sk_only_for_the_service';
const TIMEOUT_MS = 120_000;
const MANUAL = 'n8n-nodes-base.manualTrigger';
const PROXIED = 'api.eu.example';
const REQUEST = 'n8n-nodes-base.httpRequest';
/** HTTP Request node versions: each has its own code or its own defaults for redirects. */
const VERSIONS = [2, 3, 4.2, 'newest'] as const;

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

	const hosts: Array<[string, () => string]> = [
		['directly', () => everyHost.address],
		['through a proxy', () => PROXIED],
	];

	const credentialFor = (baseUrl: string) =>
		server.client.createCredential('Every host', {
			...{ apiKey: KEY, baseUrl, allowInsecureHttp: true },
		});

	// What the README's Credential chapter says about it.
	describe.each(hosts)('S1 H4 an HTTP Request node with the credential, asked %s', (_, hostOf) => {
		/** A service hosted elsewhere, below a path of its own. */
		const baseUrl = () => `http://${hostOf()}/archetype/v0.5`;
		const foreign = () => foreignOf(hostOf());
		let account: CredentialReference | undefined;

		/** Runs the node with this URL and these options; returns its result and what arrived where. */
		async function request(version: number, url: string, options: INodeParameters = {}) {
			const { client } = server;
			account ??= await credentialFor(baseUrl());
			const parameters = {
				...{ authentication: 'predefinedCredentialType', nodeCredentialType: 'archetypeAiApi' },
				...{ url, options },
			};
			const nodes = [
				node('Start', MANUAL),
				{
					...node('Request', REQUEST, parameters, version),
					credentials: { archetypeAiApi: { id: null, name: '' } },
				},
			];
			const workflow = await client.createWorkflow(chain('Request', nodes), account);
			const before = everyHost.arrived.length;
			const execution = await client.run(workflow, 'Start');
			return {
				error: await client.errorOf(execution),
				items: (await client.itemsOf(execution, 'Request')).map(({ json }) => json),
				arrived: everyHost.arrived
					.slice(before)
					.map(({ host, path, hasKey }) => [`${host}${path}`, hasKey ? 'key' : 'no key']),
			};
		}

		/** From version 4 on, redirects are followed by default. */
		const following = (version: number): INodeParameters =>
			version < 3
				? { followRedirect: true }
				: { redirect: { redirect: { followRedirects: true } } };

		describe.each(VERSIONS)('version %s', (wanted) => {
			let version: number;
			beforeAll(async () => {
				const types = await server.client.nodeTypes();
				const versions = types
					.filter(({ name }) => name === REQUEST)
					.flatMap((type) => type.version);
				version = wanted === 'newest' ? Math.max(...versions) : wanted;
				expect(versions).toContain(version);
			});

			test('the key reaches the Base URL', async () => {
				const { error, items, arrived } = await request(version, `${baseUrl()}/batch/jobs?limit=1`);
				expect(error).toBeUndefined();
				expect(items).toEqual([EMPTY_LIST]);
				expect(arrived).toEqual([[`${hostOf()}/archetype/v0.5/batch/jobs`, 'key']]);
			});

			test('nothing is sent to another host, nor outside the path of the Base URL', async () => {
				for (const url of [
					`http://${foreign()}/archetype/v0.5/batch/jobs`,
					`http://${hostOf()}/v0.5/batch/jobs`,
				]) {
					const { error, arrived } = await request(version, url);
					expect(error).toContain(`The API key of this credential is only sent to ${baseUrl()}`);
					expect(error).not.toContain(KEY);
					expect(arrived).toEqual([]);
				}
			});

			test('the key does not follow a redirect to another host', async () => {
				// Newer nodes can be told to send it along.
				const options = { ...following(version), sendCredentialsOnCrossOriginRedirect: true };
				const { arrived } = await request(version, `${baseUrl()}/files/download/away`, options);
				expect(arrived).toEqual([
					[`${hostOf()}/archetype/v0.5/files/download/away`, 'key'],
					[`${foreign()}/v0.5/stolen`, 'no key'],
				]);
			});

			if (wanted === 2) return;
			test('nor a next page on another host', async () => {
				const pagination = {
					paginationMode: 'responseContainsNextURL',
					nextURL: `={{ $pageCount ? 'http://${foreign()}/archetype/v0.5/batch/jobs' : undefined }}`,
					...{ paginationCompleteWhen: 'other', completeExpression: '={{ false }}' },
					...{ limitPagesFetched: true, maxRequests: 2 },
				};
				const options = { pagination: { pagination } };
				const { error, arrived } = await request(version, `${baseUrl()}/batch/jobs`, options);
				expect(arrived).toEqual([[`${hostOf()}/archetype/v0.5/batch/jobs`, 'key']]);
				expect(error).toContain('only sent to');
			});
		});
	});

	describe.each(hosts)(
		'H4 H9 asked %s, the key arrives below the Base URL, nowhere else',
		(_, hostOf) => {
			const credential = () => credentialFor(`http://${hostOf()}/v0.5`);

			/** The requests that arrive while something is done. */
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
					...{
						resource: 'output',
						operation: 'readRows',
						returnAll: true,
						filters: {},
						options: {},
					},
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
		},
	);
});
