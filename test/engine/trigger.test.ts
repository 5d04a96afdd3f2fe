import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { credentialFor, pollTrigger, useSandbox } from './harness';
import type { Poll } from './harness';

const service = useSandbox();

const MINUTE = 60_000;
/** What n8n's durable scheduler passes to a poll. */
const DURABLE = { budgetMs: 36_000, isStaged: true };

type Options = Parameters<typeof pollTrigger>[1];

/** The trigger of a published workflow: each poll continues from the state the last one left. */
function publish(parameters: INodeParameters = {}, options: Options = {}) {
	let staticData: IDataObject = {};
	let isActivation = true;
	const poll = async (more: Options = {}): Promise<Poll> => {
		const result = await pollTrigger(
			{ watch: parameters.job === undefined ? 'any' : 'job', ...parameters },
			{ credential: service.credential, ...options, staticData, ...more },
		);
		// The durable scheduler does not keep the state of an activation poll that emits nothing.
		const isKept = !options.isStaged || !isActivation || result.items !== null;
		isActivation = false;
		// As the host stores it: after a restart it is parsed back from text.
		if (isKept) staticData = result.staticData;
		return result;
	};
	return {
		poll,
		/** Events of the next poll, as `event job-id`. */
		events: async (more?: Options) => {
			const { items } = await poll(more);
			return (items ?? []).map(({ json }) => `${json.event as string} ${json.id as string}`);
		},
		state: () => staticData,
	};
}

const seedOne = (request: Parameters<typeof service.steer.seed>[0] = {}) => {
	const [id = ''] = service.steer.seed(request).ids;
	return id;
};
const end = (id: string, status: 'COMPLETED' | 'FAILED' | 'CANCELLED' = 'COMPLETED') =>
	service.steer.setJobStatus(id, { status });
const retry = async (id: string) => {
	const headers = { authorization: `Bearer ${service.apiKey}` };
	const reply = await fetch(`${service.url}/batch/jobs/${id}/retry`, { method: 'POST', headers });
	expect(reply.status).toBe(200);
};
const later = (ms = MINUTE) => service.steer.clock({ advance: ms });

const WAYS = [
	{ way: 'the classic path', options: {} },
	{ way: 'the durable scheduler', options: DURABLE },
];

describe.each(WAYS)('what starts the workflow, polled by $way', ({ options: way }) => {
	const publishThis = (parameters: INodeParameters = {}) => publish(parameters, way);

	test('the first poll reports nothing that ended before', async () => {
		service.steer.seed({ count: 250, active: 5 });
		const trigger = publishThis();

		expect(await trigger.events()).toEqual([]);
		await later();
		expect(await trigger.events()).toEqual([]);
	});

	test('a job that ran for days and is far down the list', async () => {
		const old = seedOne({ status: 'RUNNING', oldestMs: 5 * 86_400_000, newestMs: 5 * 86_400_000 });
		service.steer.seed({ count: 500, oldestMs: 4 * 86_400_000 });
		const trigger = publishThis();
		await trigger.poll();

		await later();
		end(old);

		expect(await trigger.events()).toEqual([`job.completed ${old}`]);
		await later();
		expect(await trigger.events()).toEqual([]);
	});

	test.each(['newest', 'oldest'] as const)(
		'a job that came and went between two polls, in a list sorted %s first',
		async (listOrder) => {
			service.steer.options({ listOrder });
			service.steer.seed({ count: 500 });
			const trigger = publishThis();
			await trigger.poll();

			await later();
			const short = seedOne({ status: 'RUNNING' });
			end(short, 'FAILED');

			expect(await trigger.events()).toEqual([`job.failed ${short}`]);
			await later();
			expect(await trigger.events()).toEqual([]);
		},
	);

	test('a job that was retried and ended the same way again, with another event_id', async () => {
		const id = seedOne({ status: 'RUNNING' });
		const trigger = publishThis();
		await trigger.poll();
		const ids: unknown[] = [];
		for (const isRetried of [false, true]) {
			await later();
			if (isRetried) await retry(id);
			end(id, 'FAILED');
			const { items } = await trigger.poll();
			ids.push(...(items ?? []).map(({ json }) => json.event_id));
		}
		expect(ids).toEqual([`${id}:FAILED:0`, `${id}:FAILED:1`]);
	});

	test('only the job it was emitted to watch', async () => {
		const [watched = '', other = ''] = service.steer.seed({ count: 2, status: 'RUNNING' }).ids;
		const trigger = publishThis({ job: { __rl: true, mode: 'id', value: watched } });
		await trigger.poll();

		await later();
		end(other);
		expect(await trigger.events()).toEqual([]);
		end(watched, 'CANCELLED');
		expect(await trigger.events()).toEqual([`job.cancelled ${watched}`]);
		const urls = service.steer.requests().map(({ url }) => url);
		expect(urls).toEqual(Array(3).fill(`/v0.5/batch/jobs/${watched}`));
	});

	test('every job with Any Job, whatever was chosen beside it', async () => {
		const id = seedOne({ status: 'RUNNING' });
		const job = { __rl: true, mode: 'id', value: 'job_other' };
		const trigger = publishThis({ watch: 'any', job });
		await trigger.poll();
		await later();
		end(id);
		expect(await trigger.events()).toEqual([`job.completed ${id}`]);
	});

	test('a start and an end between two polls, both proved by the timestamps, oldest first', async () => {
		const trigger = publishThis({ events: ['started', 'completed'] });
		await trigger.poll();
		await later();
		const id = seedOne({ status: 'RUNNING' });
		await later(1_000);
		end(id);

		expect(await trigger.events()).toEqual([`job.started ${id}`, `job.completed ${id}`]);
	});

	test('only jobs that pass the filters', async () => {
		const trigger = publishThis({
			filters: { pipelineType: 'training', pipelineKey: 'fine-tuning-omega', search: 'wanted' },
		});
		await trigger.poll();
		await later();
		const wanted = {
			name: 'wanted',
			pipelineType: 'training',
			pipelineKey: 'fine-tuning-omega',
		} as const;
		const id = seedOne({ status: 'COMPLETED', ...wanted });
		seedOne({ status: 'COMPLETED', ...wanted, name: 'other' });
		seedOne({ status: 'COMPLETED', ...wanted, pipelineKey: 'another-key' });
		seedOne({ status: 'COMPLETED', ...wanted, pipelineType: 'batch' });

		expect(await trigger.events()).toEqual([`job.completed ${id}`]);
	});

	test('as many others were deleted meanwhile, so that the total stays the same', async () => {
		const old = service.steer.seed({ count: 300, status: 'COMPLETED' }).ids;
		const trigger = publishThis();
		await trigger.poll();

		await later();
		for (const id of old.slice(100, 103)) service.steer.deleteJob(id);
		const times = { oldestMs: 20_000, newestMs: 10_000, durationMs: 5_000 };
		const fresh = service.steer.seed({ count: 3, status: 'COMPLETED', ...times }).ids;

		expect((await trigger.events()).sort()).toEqual(
			fresh.map((id) => `job.completed ${id}`).sort(),
		);
		await later();
		expect(await trigger.events()).toEqual([]);
	});

	test('the service gives few rows a page, in another order each time', async () => {
		service.steer.options({ listOrder: 'random', maxLimit: 7 });
		const [running = ''] = service.steer.seed({ status: 'RUNNING' }).ids;
		service.steer.seed({ count: 60, status: 'COMPLETED', oldestMs: 10 * MINUTE });
		const trigger = publishThis();
		await trigger.poll();

		await later();
		const short = seedOne({ status: 'COMPLETED', oldestMs: 20, newestMs: 10, durationMs: 5 });
		end(running);
		const emitted: string[] = [];
		for (let poll = 0; poll < 5; poll++) {
			await later();
			emitted.push(...(await trigger.events()));
		}
		expect(emitted.sort()).toEqual([`job.completed ${running}`, `job.completed ${short}`].sort());
	});

	test('unpublished and published again: what ended meanwhile', async () => {
		const [first = '', second = ''] = service.steer.seed({ count: 2, status: 'RUNNING' }).ids;
		const trigger = publishThis();
		await trigger.poll();
		await later();
		end(first);
		await trigger.poll();

		end(second);
		await later(60 * MINUTE);

		expect(await trigger.events({ activation: 'activate' })).toEqual([`job.completed ${second}`]);
	});
});

describe('what an item is', () => {
	test('the job, simplified, with the event, its id, the status before and when it was seen', async () => {
		const id = seedOne({ status: 'RUNNING', name: 'pump-7' });
		const trigger = publish();
		await trigger.poll();
		await later();
		end(id);

		const { items } = await trigger.poll();

		expect(items).toHaveLength(1);
		expect(items?.[0]?.json).toMatchObject({
			id,
			name: expect.stringContaining('pump-7') as string,
			status: 'COMPLETED',
			event: 'job.completed',
			event_id: `${id}:COMPLETED:0`,
			previous_status: 'RUNNING',
			detected_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as string,
		});
	});

	test('the whole job when Simplify is off', async () => {
		const id = seedOne({ status: 'RUNNING' });
		const trigger = publish({ simplify: false });
		await trigger.poll();
		await later();
		end(id);

		const { items } = await trigger.poll();
		expect(items?.[0]?.json).toMatchObject(await service.get(`/batch/jobs/${id}`));
	});
});

describe('when something goes wrong', () => {
	test.each([
		['an error', { kind: 'status', status: 400 }],
		['HTML', { kind: 'body', body: '<html>gateway</html>', contentType: 'text/html' }],
		['a cut-off reply', { kind: 'truncate', bytes: 20, contentLength: 'cut' }],
	] as const)('%s in any request of a poll: nothing is lost or repeated', async (_, fault) => {
		const [a = '', b = ''] = service.steer.seed({ count: 2, status: 'RUNNING' }).ids;
		service.steer.seed({ count: 200 });
		const trigger = publish();
		await trigger.poll();
		await later();
		end(a);
		end(b);
		await later(1);
		const emitted: string[] = [];
		for (let skip = 0; skip < 5; skip++) {
			service.steer.faults({ path: '/**', ...fault, skip, times: 1 });
			emitted.push(...(await trigger.events()));
			service.steer.reset({ only: ['faults'] });
		}
		emitted.push(...(await trigger.events()));
		await later();
		emitted.push(...(await trigger.events()));
		expect(emitted.sort()).toEqual([`job.completed ${a}`, `job.completed ${b}`].sort());
	});

	test('a wrong key is an error that lets the host back off for good', async () => {
		const trigger = publish({}, { credential: credentialFor(service, { apiKey: 'sk_wrong' }) });
		await expect(trigger.poll()).rejects.toMatchObject({
			message: 'The API key was not accepted',
			failure: { cause: 'credential-invalid' },
		});
	});

	test('a rate limit tells the host how long to wait', async () => {
		const fault = { kind: 'status', status: 429, retryAfter: 90, times: null } as const;
		service.steer.faults({ path: '/**', ...fault });
		await expect(publish().poll()).rejects.toMatchObject({
			failure: { cause: 'rate-limited', retryAfterMs: 90_000 },
		});
	});

	test.each(['trigger', 'manual'] as const)('a job that does not exist, %s', async (mode) => {
		const trigger = publish({ job: { __rl: true, mode: 'id', value: 'job_nothere' } });
		await expect(trigger.poll({ mode })).rejects.toThrow('Job job_nothere was not found');
	});

	test.each(['list', 'id'])('no job chosen where one is to be, by %s', async (mode) => {
		const job = { __rl: true, mode, value: ' ' };
		await expect(publish({ job }).poll()).rejects.toMatchObject({
			message: 'No job was chosen',
			description: expect.stringContaining('Any Job') as string,
		});
	});

	test('a poll that begins while another one runs emits nothing, and nothing is emitted twice', async () => {
		const id = seedOne({ status: 'RUNNING' });
		const trigger = publish();
		await trigger.poll();
		await later();
		end(id);
		const staticData = trigger.state();
		const polls = await Promise.all([trigger.poll({ staticData }), trigger.poll({ staticData })]);
		const emitted = polls.flatMap(({ items }) => items ?? []);
		expect(emitted.map(({ json }) => json.id)).toEqual([id]);
		expect(await trigger.poll({ staticData })).toMatchObject({ items: [{ json: { id } }] });
	});

	test('no event chosen', async () => {
		await expect(publish({ events: [] }).poll()).rejects.toThrow('No event was chosen');
	});

	test.each([
		['other events', { events: ['failed', 'completed'] }],
		['other filters', { filters: { search: 'seeded' } }],
	])('%s: a new baseline and no flood', async (_, parameters) => {
		service.steer.seed({ count: 50 });
		const before = publish();
		await before.poll();
		await later();
		service.steer.seed({ count: 20, status: 'COMPLETED', oldestMs: 10, newestMs: 1 });

		const after = publish(parameters, { staticData: before.state() });
		expect(await after.events({ staticData: before.state() })).toEqual([]);
	});

	test('a host that does not keep the state of the poll at activation', async () => {
		const id = seedOne({ status: 'RUNNING' });
		const trigger = publish({ filters: { search: 'seeded' } });
		await trigger.poll();
		await later();
		end(id);
		expect(await trigger.events({ staticData: {} })).toEqual([`job.completed ${id}`]);
	});

	describe('n8n is killed after it stored the state and before it stored the execution', () => {
		/** What the next process finds when it starts this many ms later. */
		const foundAfter = (ms: number, state: IDataObject) => {
			const { unconfirmed, ...watch } = (state as { watch: IDataObject }).watch;
			const { since, at, ...rest } = unconfirmed as { since: number; at: number };
			const found = { ...rest, since: since - ms, at: at - ms };
			return { staticData: { watch: { ...watch, unconfirmed: found } } };
		};
		const unconfirmedOf = (state: IDataObject) =>
			(state as { watch: IDataObject }).watch.unconfirmed;

		async function emittedOnce(options?: Options) {
			service.steer.seed({ count: 30 });
			const retried = seedOne({ status: 'FAILED' });
			const running = seedOne({ status: 'RUNNING' });
			const trigger = publish({}, options);
			await trigger.poll();
			await later();
			await retry(retried);
			end(retried, 'FAILED');
			end(running);
			service.steer.seed({ count: 3, status: 'COMPLETED', oldestMs: 20, newestMs: 1 });
			const { items } = await trigger.poll();
			expect(items).toHaveLength(5);
			return { trigger, emitted: items!.map(({ json }) => ({ ...json, detected_at: '' })) };
		}

		test('they are emitted again, with the same event_id, and what is new with them', async () => {
			const { trigger, emitted } = await emittedOnce();
			await later();
			const later1 = seedOne({ status: 'COMPLETED', oldestMs: 1, newestMs: 1 });
			const { items } = await trigger.poll(foundAfter(10_000, trigger.state()));
			const again = items!.map(({ json }) => ({ ...json, detected_at: '' }));
			expect(again.slice(0, -1)).toEqual(emitted);
			expect(again.at(-1)).toMatchObject({ event: 'job.completed', id: later1 });
			expect(await trigger.events()).toEqual([]);
		});

		test('once they are old, they are not: those would be events of yesterday after each start', async () => {
			const { trigger } = await emittedOnce();
			expect(await trigger.events(foundAfter(6 * MINUTE, trigger.state()))).toEqual([]);
		});

		test('a row of crashes emits them for five minutes at most', async () => {
			const { trigger, emitted } = await emittedOnce();
			for (const ms of [1 * MINUTE, 3 * MINUTE]) {
				expect(await trigger.events(foundAfter(ms, trigger.state()))).toHaveLength(emitted.length);
			}
			expect(await trigger.events(foundAfter(2 * MINUTE, trigger.state()))).toEqual([]);
		});

		test('what is new in a row of crashes has five minutes of its own', async () => {
			const { trigger, emitted } = await emittedOnce();
			await later();
			const fresh = seedOne({ status: 'COMPLETED', oldestMs: 1, newestMs: 1 });
			for (const ms of [4 * MINUTE, 2 * MINUTE]) {
				const again = await trigger.events(foundAfter(ms, trigger.state()));
				expect(again).toHaveLength(emitted.length + 1);
				expect(again).toContain(`job.completed ${fresh}`);
			}
		});

		test('saved is not started: on the durable path they are emitted again, however late', async () => {
			const { trigger, emitted } = await emittedOnce(DURABLE);
			const again = await trigger.events(foundAfter(60 * MINUTE, trigger.state()));
			expect(again).toHaveLength(emitted.length);
		});

		test('… until the next poll of the same process, which shows that they were', async () => {
			const { trigger } = await emittedOnce(DURABLE);
			expect(unconfirmedOf(trigger.state())).toBeDefined();
			expect(await trigger.events()).toEqual([]);
			expect(unconfirmedOf(trigger.state())).toBeUndefined();
		});

		test('a scheduler without durable cursors stores them one after the other', async () => {
			const { trigger, emitted } = await emittedOnce({ budgetMs: DURABLE.budgetMs });
			const again = await trigger.events(foundAfter(10_000, trigger.state()));
			expect(again).toHaveLength(emitted.length);
		});
	});

	test('however many events there are, they are emitted again after a crash', async () => {
		service.steer.seed({ count: 1_000, active: 600 });
		const trigger = publish();
		await trigger.poll();
		await later(20 * MINUTE);
		const times = { oldestMs: 19 * MINUTE, newestMs: 1_000, durationMs: 500 };
		service.steer.seed({ count: 2_000, status: 'COMPLETED', ...times });
		const first = await trigger.events();
		expect(first).toHaveLength(2_000);
		const { watch } = trigger.state() as { watch: { unconfirmed: IDataObject } };
		const unconfirmed = { ...watch.unconfirmed, at: 1 };
		const staticData = { watch: { ...watch, unconfirmed } } as unknown as IDataObject;
		expect((await trigger.events({ staticData })).sort()).toEqual(first.sort());
	});

	test('state that is damaged or of another version starts again from now', async () => {
		service.steer.seed({ count: 50 });
		const trigger = publish();
		for (const watch of [{ version: 99 }, 'damaged', [], 7]) {
			expect(await trigger.events({ staticData: { watch } })).toEqual([]);
		}
	});
});

describe('the budget of a poll', () => {
	test('hosts that have none are fine', async () => {
		const id = seedOne({ status: 'RUNNING' });
		const trigger = publish({}, { budgetMs: null });
		await trigger.poll();
		await later();
		end(id);
		expect(await trigger.events()).toEqual([`job.completed ${id}`]);
	});

	test('a service that takes long to answer: each poll brings what it can in its time', async () => {
		service.steer.seed({ count: 2_000 });
		// Far apart, so that each has to be requested.
		const ids = Array.from({ length: 12 }, (_, job) => {
			const createdMs = (job + 2) * 86_400_000;
			service.steer.seed({ count: 150, oldestMs: createdMs, newestMs: createdMs - 80_000_000 });
			return seedOne({ status: 'RUNNING', oldestMs: createdMs, newestMs: createdMs });
		});
		const trigger = publish({}, { budgetMs: 8_000 });
		await trigger.poll();
		await later();
		for (const id of ids) end(id);
		service.steer.options({ latencyMs: 1_300 });
		const emitted: string[] = [];
		for (let polls = 0; polls < 4; polls++) emitted.push(...(await trigger.events()));
		expect(emitted.sort()).toEqual(ids.map((id) => `job.completed ${id}`).sort());
	});

	test('new jobs that are all emitted are not said to be left', async () => {
		const trigger = publish();
		service.steer.seed({ count: 100 });
		await trigger.poll();
		await later(20 * MINUTE);
		const times = { oldestMs: 19 * MINUTE, newestMs: 1_000, durationMs: 500 };
		service.steer.seed({ count: 1_000, status: 'COMPLETED', ...times });
		const { items, log } = await trigger.poll();
		expect(items).toHaveLength(1_000);
		expect(log).toEqual([]);
	});

	test('10,000 jobs end between two polls: each emitted once, oldest first, over several polls', async () => {
		service.steer.seed({ count: 300 });
		const trigger = publish({}, { budgetMs: 2_500 });
		await trigger.poll();
		await later(20 * MINUTE);
		service.steer.seed({
			count: 10_000,
			status: 'COMPLETED',
			oldestMs: 19 * MINUTE,
			newestMs: 1_000,
			durationMs: 500,
		});

		// So that no machine is fast enough to read a hundred pages in one poll.
		service.steer.options({ latencyMs: 60 });

		const emitted: Array<{ id: string; at: string }> = [];
		const left: string[] = [];
		let polls = 0;
		for (let quiet = 0; quiet < 2; polls++) {
			const { items, log } = await trigger.poll();
			left.push(...log.filter((text) => /about \d+ jobs are left/.test(text)));
			quiet = items === null ? quiet + 1 : 0;
			for (const { json } of items ?? []) {
				emitted.push({ id: json.id as string, at: json.created_at as string });
			}
		}
		expect(new Set(emitted.map(({ id }) => id)).size).toBe(10_000);
		expect(emitted).toHaveLength(10_000);
		expect(emitted.map(({ at }) => at)).toEqual(emitted.map(({ at }) => at).sort());
		expect(polls).toBeGreaterThan(3);
		expect(left.length).toBeGreaterThan(1);
	});
});

describe('the blind spot, bounded', () => {
	const page = readFileSync(join(__dirname, '../../docs/trigger.md'), 'utf8');
	const rowsAPoll = Number(/\*\*ceil\(jobs \/ (\d+)\) polls\*\*/.exec(page)?.[1]);

	/** Two polls, with a job that is retried and ends again unseen in between. */
	async function retriedUnseen(id: string) {
		const trigger = publish();
		for (let poll = 0; poll < 2; poll++) {
			await later();
			await trigger.poll();
		}
		await retry(id);
		end(id, 'FAILED');
		return trigger;
	}

	test.each(['newest', 'oldest'] as const)(
		'a job retried and ended again between two polls is emitted when docs/trigger.md says, %s first',
		async (listOrder) => {
			service.steer.options({ listOrder });
			const rows = 1_000;
			const { ids } = service.steer.seed({ count: rows, status: 'FAILED' });
			// On the page that the sweep has just read, and away from the edge: the longest wait.
			const id = ids[listOrder === 'newest' ? rows - 30 : 30]!;
			const trigger = await retriedUnseen(id);

			const mostPolls = Math.ceil(rows / rowsAPoll);
			const emitted: string[] = [];
			for (let poll = 1; poll <= mostPolls; poll++) {
				await later();
				service.steer.reset({ only: ['stats'] });
				emitted.push(...(await trigger.events()));
				expect(service.steer.stats().api.requests).toBeLessThanOrEqual(6);
			}
			expect(emitted).toEqual([`job.failed ${id}`]);
		},
	);

	test.each(['newest', 'oldest'] as const)(
		'… also while others are created, %s first',
		async (listOrder) => {
			service.steer.options({ listOrder });
			let rows = 500;
			const { ids } = service.steer.seed({ count: rows, status: 'FAILED', oldestMs: 86_400_000 });
			const id = ids[listOrder === 'newest' ? rows - 30 : 30]!;
			const trigger = await retriedUnseen(id);
			// In lists sorted oldest first, the walk also has to pass the jobs created meanwhile.
			const created = listOrder === 'oldest' ? 10 : 0;

			let isEmitted = false;
			for (let poll = 1; !isEmitted; poll++) {
				await later();
				rows += created;
				service.steer.seed({ count: 10, status: 'COMPLETED', oldestMs: 20, newestMs: 1 });
				isEmitted = (await trigger.events()).includes(`job.failed ${id}`);
				expect(poll).toBeLessThanOrEqual(Math.ceil(rows / rowsAPoll));
			}
		},
	);
});

describe('what it costs', () => {
	test.each([1_000, 100_000])(
		'six requests and 64 KiB at most in a quiet poll of %i jobs',
		async (count) => {
			service.steer.seed({ count, active: 10 });
			const trigger = publish();
			await trigger.poll();
			await later();
			service.steer.reset({ only: ['stats'] });

			expect(await trigger.events()).toEqual([]);

			const { requests, bytes } = service.steer.stats().api;
			expect(requests).toBeLessThanOrEqual(6);
			expect(bytes).toBeLessThanOrEqual(64 * 1024);
		},
	);

	test.each([
		{ active: 500, most: 64 },
		{ active: 1_000, most: 104 },
	])('state of $most KiB at most with $active active jobs', async ({ active, most }) => {
		service.steer.seed({ count: 20_000, active });
		const trigger = publish();
		await trigger.poll();
		for (let minute = 0; minute < 4; minute++) {
			await later(10 * MINUTE);
			service.steer.seed({ count: 1_000, status: 'FAILED', oldestMs: 5 * MINUTE, newestMs: 1 });
			await trigger.poll();
		}
		expect(JSON.stringify(trigger.state()).length).toBeLessThanOrEqual(most * 1024);

		// The data for going back to the previous state fits in, too.
		await later(10 * MINUTE);
		const times = { oldestMs: 5 * MINUTE, newestMs: 1 };
		service.steer.seed({ count: 50, status: 'FAILED', ...times });
		expect(await trigger.events()).toHaveLength(50);
		expect(trigger.state()).toMatchObject({ watch: { unconfirmed: { events: 50 } } });
		expect(JSON.stringify(trigger.state()).length).toBeLessThanOrEqual(most * 1024);
	});
});

describe('Fetch Test Event', () => {
	test('a recent job that matches, in two requests at most, and no state', async () => {
		service.steer.seed({ count: 300, status: 'COMPLETED' });
		const failed = seedOne({ status: 'FAILED' });
		service.steer.seed({ count: 60, status: 'COMPLETED' });
		const trigger = publish({ events: ['failed'] });

		expect(await trigger.events({ mode: 'manual' })).toEqual([`job.failed ${failed}`]);
		expect(service.steer.requests().length).toBeLessThanOrEqual(2);
		expect(trigger.state()).toEqual({});
	});

	test('a chosen job that the filters leave out is not shown', async () => {
		const value = seedOne({ status: 'COMPLETED' });
		const job = { __rl: true, mode: 'id', value };
		const shown = await publish({ job }).events({ mode: 'manual' });
		expect(shown).toEqual([`job.completed ${value}`]);
		const filtered = publish({ job, filters: { pipelineKey: 'another' } });
		await expect(filtered.poll({ mode: 'manual' })).rejects.toMatchObject({
			message: `Job ${value} does not pass the filter Pipeline Key`,
			description: expect.stringContaining('"another"') as string,
		});
	});

	test('a chosen job that has not come to a chosen event: its status, and what to do', async () => {
		const value = seedOne({ status: 'RUNNING' });
		const job = { __rl: true, mode: 'id', value };
		await expect(publish({ job }).poll({ mode: 'manual' })).rejects.toMatchObject({
			message: `Job ${value} has not reached any of the chosen events yet`,
			description: expect.stringContaining('Its status is RUNNING.') as string,
		});
	});

	test('a Pipeline Key that no job has: said, with those that there are', async () => {
		service.steer.seed({ count: 3, status: 'COMPLETED' });
		const trigger = publish({ filters: { pipelineKey: 'machine-state-clasification' } });
		const said = expect.stringMatching(
			/None of the 3 jobs .* has the Pipeline Key "machine-state-clasification"\. They have "/,
		) as string;
		await expect(trigger.poll({ mode: 'manual' })).rejects.toMatchObject({ description: said });
		expect((await trigger.poll()).log).toContainEqual(said);
	});

	test.each(['manual', 'trigger'] as const)(
		'too many requests, %s: words for a trigger, which has no Retry On Fail',
		async (mode) => {
			const trigger = publish();
			await trigger.poll();
			service.steer.faults({ kind: 'status', status: 429, retryAfter: 99_999_999_999, times: 50 });
			await expect(trigger.poll({ mode })).rejects.toMatchObject({
				message: 'The service is receiving too many requests. Try again later',
				description: expect.not.stringContaining('Retry On Fail') as string,
				failure: { cause: 'rate-limited', retryAfterMs: 86_400_000 },
			});
		},
	);

	test('a clear notice when there is nothing to show', async () => {
		await expect(publish().poll({ mode: 'manual' })).rejects.toThrow('No job matches yet');
	});
});
