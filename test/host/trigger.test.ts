import { setTimeout as sleep } from 'node:timers/promises';

import type { SavedWorkflow } from '../../tools/n8n/client';
import { until } from '../../tools/n8n/until';
import { describeEachHost } from './hosts';
import { schedulersOf } from './schedulers';
import { useServer } from './server';
import { chain, trigger } from './workflows';

/** Two polls and a workflow start. */
const EVENT_TIMEOUT_MS = 30_000;
/** How long a poll's requests take in total. */
const POLL_AT_MOST_MS = 3_000;

describeEachHost((installation, packed) => {
	describe.each(schedulersOf(installation))('polled by $scheduler', ({ env }) => {
		const server = useServer(installation, packed, env);
		let workflow: SavedWorkflow;

		/** The events delivered by the published trigger, unique by ID, oldest first: `event job`. */
		async function delivered(): Promise<string[]> {
			const { client } = server;
			const executions = (await client.executions(workflow)).reverse();
			const items = [];
			for (const execution of executions) {
				await client.ended(execution.id);
				items.push(...(await client.itemsOf(execution, 'Job Ended')));
			}
			const events = items.map(({ json }) => {
				const { event, event_id, id } = json as Record<'event' | 'event_id' | 'id', string>;
				return [event_id, `${event} ${id}`] as const;
			});
			return [...new Map(events).values()];
		}

		const waitFor = (events: string[]) =>
			until(EVENT_TIMEOUT_MS, `Not all of ${events.join(', ')} came`, async () => {
				const found = await delivered();
				return found.length >= events.length && found;
			});

		/** Waits for one complete poll: anything it would repeat has arrived by then. */
		async function wholePoll(): Promise<void> {
			const lists = () => server.sandbox.steer.stats().routes['api GET /batch/jobs']?.requests ?? 0;
			// Polls are five seconds apart, so requests before and after a pause are of different polls.
			for (const complaint of ['No poll began', 'No poll followed']) {
				const before = lists();
				await until(EVENT_TIMEOUT_MS, complaint, () => Promise.resolve(lists() > before));
				await sleep(POLL_AT_MOST_MS);
			}
		}

		const end = (jobId: string, status: 'COMPLETED' | 'FAILED' = 'COMPLETED') =>
			server.sandbox.steer.setJobStatus(jobId, { status });

		test('fires when a job ends; a stop and a crash lose nothing, and repeat only the same event_id', async () => {
			const { client, credential, n8n, owner, sandbox } = server;
			sandbox.steer.seed({ count: 20 });
			const running = sandbox.steer.seed({ count: 4, status: 'RUNNING' }).ids;
			const [first, second, third, fourth] = running as [string, string, string, string];
			workflow = await client.createWorkflow(chain('Watch', [trigger('Job Ended')]), credential);
			await client.publish(workflow);
			const expected: string[] = [];

			// While it is running.
			end(first);
			expected.push(`job.completed ${first}`);
			expect(await waitFor(expected)).toEqual(expected);

			// While it is stopped.
			await n8n.stop();
			end(second, 'FAILED');
			await n8n.start();
			await client.login(owner);
			expected.push(`job.failed ${second}`);
			expect(await waitFor(expected)).toEqual(expected);

			// While it is down after a crash.
			await wholePoll();
			await n8n.kill();
			end(third);
			await n8n.start();
			await client.login(owner);
			expected.push(`job.completed ${third}`);
			expect(await waitFor(expected)).toEqual(expected);

			// And it keeps going.
			end(fourth);
			expected.push(`job.completed ${fourth}`);
			expect(await waitFor(expected)).toEqual(expected);
			await wholePoll();
			expect(await delivered()).toEqual(expected);
		}, 300_000);

		test('says why a manual test has nothing to show', async () => {
			const { client, sandbox } = server;
			sandbox.steer.reset();
			const execution = await client.run(workflow, 'Job Ended');
			expect(await client.errorOf(execution)).toBe('No job matches yet');
		});
	});
});
