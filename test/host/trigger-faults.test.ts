import { setTimeout as sleep } from 'node:timers/promises';

import { until } from '../../tools/n8n/until';
import { Gateway, mapJobs, serviceError } from '../engine/trigger-gateway';
import type { Handler } from '../engine/trigger-gateway';
import { describeEachHost } from './hosts';
import { schedulersOf } from './schedulers';
import { useServer } from './server';
import { chain, trigger } from './workflows';

/** Every poll waits for a trickling list for its share of the time. */
const EVENT_TIMEOUT_MS = 150_000;
const TEST_TIMEOUT_MS = 400_000;
const WHILE_IT_LASTS_MS = 25_000;

const pass: Handler = async (_, passOn) => await passOn();

describeEachHost((installation, packed) => {
	describe.each(schedulersOf(installation))('polled by $scheduler', ({ env }) => {
		const server = useServer(installation, packed, env);

		/** A published workflow that reaches the sandbox through a gateway, and what it has emitted. */
		async function watch(name: string) {
			const { client, sandbox } = server;
			sandbox.steer.reset();
			const { ids } = sandbox.steer.seed({ count: 300, status: 'COMPLETED' });
			const running = sandbox.steer.seed({ count: 3, status: 'RUNNING' }).ids;
			const gateway = new Gateway(sandbox.url, sandbox.apiKey);
			await gateway.listen();
			const credential = await client.createCredential(name, {
				apiKey: sandbox.apiKey,
				baseUrl: gateway.url,
			});
			const workflow = await client.createWorkflow(chain(name, [trigger('Job Ended')]), credential);
			await client.publish(workflow);
			const polls = async () => {
				const before = gateway.asked.length;
				await until(EVENT_TIMEOUT_MS, 'No poll', () =>
					Promise.resolve(gateway.asked.length > before),
				);
			};
			await polls();
			await sleep(3_000);
			const emitted = async () => {
				const events: string[] = [];
				for (const execution of await client.executions(workflow)) {
					const items = await client.startItemsOf(execution, 'Job Ended');
					events.push(...items.map(({ json }) => json.id as string));
				}
				return events.sort();
			};
			const waitFor = async (jobs: string[]) =>
				await until(EVENT_TIMEOUT_MS, `Not all of ${jobs.join(', ')} came`, async () => {
					const events = await emitted();
					return jobs.every((id) => events.includes(id)) && events;
				});
			const end = (id: string) => void sandbox.steer.setJobStatus(id, { status: 'COMPLETED' });
			const close = async () => {
				await client.unpublish(workflow);
				await gateway.close();
			};
			return { gateway, ids, running, polls, waitFor, end, close };
		}

		test(
			'T9 a list that trickles for ever while jobs end: they are reported, polls go on',
			async () => {
				const { gateway, running, waitFor, end, polls, close } = await watch('Trickle');
				gateway.handle = async (url, passOn) =>
					url.searchParams.get('status') === 'RUNNING' ? 'trickle' : await passOn();
				end(running[0]!);
				await waitFor([running[0]!]);
				end(running[1]!);
				await waitFor([running[0]!, running[1]!]);
				gateway.handle = pass;
				await polls();
				end(running[2]!);
				expect(await waitFor(running)).toEqual([...running].sort());
				await close();
			},
			TEST_TIMEOUT_MS,
		);

		test(
			'T10 a gateway answers in place of the service while jobs end: polls go on at once',
			async () => {
				const { gateway, running, waitFor, end, close } = await watch('Gateway');
				const body = '<html><body>404 page not found</body></html>';
				gateway.handle = () => Promise.resolve({ status: 404, headers: {}, body });
				end(running[0]!);
				const before = gateway.asked.length;
				await until(EVENT_TIMEOUT_MS, 'No poll', () =>
					Promise.resolve(gateway.asked.length > before + 4),
				);
				gateway.handle = pass;
				expect(await waitFor([running[0]!])).toEqual([running[0]]);
				await close();
			},
			TEST_TIMEOUT_MS,
		);

		test(
			'T2 a row that is not as documented, and T1 pages that fail, while jobs end',
			async () => {
				const { gateway, ids, running, waitFor, end, close } = await watch('Bad row');
				gateway.handle = async (url, passOn) => {
					if (Number(url.searchParams.get('offset')) > 100) return serviceError(400);
					return mapJobs(await passOn(), (row) =>
						row.id === ids[250] ? { ...row, retry_count: '0' } : row,
					);
				};
				const due: string[] = [];
				for (const id of running) {
					end(id);
					due.push(id);
					await waitFor(due);
					await sleep(WHILE_IT_LASTS_MS / running.length);
				}
				expect(await waitFor(due)).toEqual([...due].sort());
				await close();
			},
			TEST_TIMEOUT_MS,
		);
	});
}, '2.x');
