import { setTimeout as pause } from 'node:timers/promises';
import type { INodeParameters } from 'n8n-workflow';
import { runNode, useSandbox } from './harness';

const service = useSandbox();

// Abandoned requests may still arrive a moment later.
afterEach(async () => {
	await pause(30);
	while (service.steer.stats().api.concurrent.open > 0) await pause(5);
});

const run = async (parameters: INodeParameters, signal?: AbortSignal) => {
	const { items, error } = await runNode(
		{ resource: 'job', operation: 'getMany', ...parameters },
		{ credential: service.credential, signal },
	);
	if (error) throw new Error(error.message);
	return items.map(({ json }) => json);
};

const readAll = async (parameters: INodeParameters = {}) =>
	(await run({ returnAll: true, ...parameters })).map(({ id }) => id as string);

const atOnce = (maxConcurrentRequests: unknown): INodeParameters =>
	({ options: { maxConcurrentRequests } }) as INodeParameters;

/** Ids of all jobs in list order, as a plain client gets them. */
async function idsInOrder(): Promise<string[]> {
	const ids: string[] = [];
	for (let total = 1; ids.length < total;) {
		const page = await service.get<{ total: number; jobs: Array<{ id: string }> }>(
			`/batch/jobs?offset=${ids.length}&limit=100`,
		);
		ids.push(...page.jobs.map(({ id }) => id));
		total = page.total;
	}
	return ids;
}

/** Gives each of the next requests a different delay, so that replies overtake each other. */
function delayAtRandom(requests: number, atMostMs: number) {
	service.steer.faults(
		Array.from({ length: requests }, () => ({
			kind: 'latency' as const,
			path: '/batch/jobs',
			ms: Math.random() * atMostMs,
		})),
	);
}

const pagesRequested = () => service.steer.requests().length;

/** The queries of the requests with this search text; others may be stragglers. */
const searchesFor = (search: string) =>
	service.steer
		.requests()
		.map(({ url }) => new URL(url, service.url).searchParams)
		.filter((query) => query.get('q') === search);
const mostAtOnce = () => service.steer.stats().api.concurrent.max;

describe('Return All asks for several pages at the same time', () => {
	test.each([
		[undefined, 4],
		[1, 1],
		[2, 2],
		[16, 16],
		['3', 3],
	])('Max Concurrent Requests %p: %d', async (value, expected) => {
		const { ids } = service.steer.seed({ count: 900 });
		service.steer.options({ maxLimit: 30, latencyMs: 15 });
		const options = value === undefined ? {} : atOnce(value);
		expect((await readAll(options)).sort()).toEqual([...ids].sort());
		expect(mostAtOnce()).toBeLessThanOrEqual(expected);
		expect(mostAtOnce()).toBeGreaterThanOrEqual(Math.min(2, expected));
	});

	test.each([
		['job', 'getMany'],
		['input', 'getMany'],
		['input', 'getManyProgress'],
		['output', 'getMany'],
	])('%s: %s', async (resource, operation) => {
		const [id = ''] = service.steer.seed({ inputs: 150, outputs: 150 }).ids;
		service.steer.seed({ count: 149 });
		service.steer.options({ maxLimit: 20, latencyMs: 15 });
		const jobId = { __rl: true, mode: 'id', value: id };
		const filters = operation === 'getManyProgress' ? { status: ['completed', 'failed'] } : {};

		const rows = await run({ resource, operation, jobId, returnAll: true, filters });

		const expected = resource === 'input' && operation === 'getMany' ? 152 : 150;
		expect(new Set(rows.map((row) => row.id)).size).toBe(expected);
		expect(rows).toHaveLength(expected);
		// How many overlap depends on the machine, but never more than allowed.
		expect(mostAtOnce()).toBeGreaterThan(1);
		expect(mostAtOnce()).toBeLessThanOrEqual(4);
	});

	test.each(['newest', 'oldest', 'random'] as const)(
		'rows come in the order of the list, %s first, whichever page is read first',
		async (listOrder) => {
			service.steer.seed({ count: 700 });
			service.steer.options({ listOrder });
			const expected = await idsInOrder();
			service.steer.options({ maxLimit: 40 });
			delayAtRandom(60, 30);
			expect(await readAll(atOnce(8))).toEqual(expected);
		},
	);

	test('a page size that the service clamps is learned from the first page, read alone', async () => {
		service.steer.seed({ count: 400 });
		service.steer.options({ maxLimit: 26, latencyMs: 15 });
		await readAll();
		const offsets = service.steer
			.requests()
			.map(({ url }) => Number(new URL(url, service.url).searchParams.get('offset')));
		expect(offsets).toEqual(Array.from({ length: 16 }, (_, page) => page * 25));
	});

	test('a service that repeats its first page for ever ends in an error', async () => {
		service.steer.seed({ count: 500 });
		service.steer.options({ ignoreOffset: true });
		await expect(readAll(atOnce(16))).rejects.toThrow('keeps sending the same rows');
		expect(pagesRequested()).toBeLessThan(60);
	});
});

describe('each row once, though the list changes while it is read', () => {
	test.each([1, 4, 16])('jobs are created and deleted, %d requests at once', async (requests) => {
		service.steer.seed({ count: 600 });
		const before = await idsInOrder();
		service.steer.options({ maxLimit: 20 });
		delayAtRandom(1_000, 10);

		const deleted = new Set<string>();
		let turn = 0;
		const changing = setInterval(() => {
			service.steer.seed({ count: 2 });
			if (turn++ % 4 > 0) return;
			const id = before[Math.floor(Math.random() * before.length)]!;
			if (!deleted.has(id)) service.steer.deleteJob(id);
			deleted.add(id);
		}, 8);
		const read = await readAll(atOnce(requests)).finally(() => clearInterval(changing));

		expect(read).toHaveLength(new Set(read).size);
		const stayed = before.filter((id) => !deleted.has(id));
		expect(read.filter((id) => stayed.includes(id))).toEqual(stayed);
		expect(deleted.size).toBeGreaterThan(0);
		expect(mostAtOnce()).toBeLessThanOrEqual(requests);
	});
});

describe('Limit reads no more pages than it needs', () => {
	test.each([
		[7, ['0+7']],
		[100, ['0+100']],
		[101, ['0+100', '99+2']],
		[250, ['0+100', '99+100', '198+52']],
		[5_000, ['0+100', '99+100', '198+100', '297+100', '396+100', '495+100']],
	])('%d', async (limit, expected) => {
		service.steer.seed({ count: 550, name: 'pump' });
		service.steer.options({ latencyMs: 15 });
		await run({ limit, filters: { search: 'pump' }, ...atOnce(16) });
		const pages = searchesFor('pump').map(
			(query) => `${query.get('offset')}+${query.get('limit')}`,
		);
		expect(pages.sort()).toEqual([...expected].sort());
	});

	test('counted over several statuses', async () => {
		service.steer.seed({ count: 300, status: 'FAILED', name: 'fan' });
		service.steer.seed({ count: 2_000, status: 'CANCELLED', name: 'fan' });
		service.steer.options({ latencyMs: 15 });
		const filters = { search: 'fan', status: ['FAILED', 'CANCELLED'] };
		expect(await run({ limit: 450, filters, ...atOnce(16) })).toHaveLength(450);
		expect(searchesFor('fan')).toHaveLength(4 + 2);
	});
});

describe('a service that is too busy', () => {
	/** When the requests answered with this status came in, epoch ms. */
	const times = (status: number) =>
		service.steer
			.requests()
			.filter((request) => request.status === status)
			.map(({ at }) => Date.parse(at));

	test('its Retry-After holds for every page, not only for the one that was refused', async () => {
		const { ids } = service.steer.seed({ count: 1_000 });
		service.steer.options({ maxLimit: 50, latencyMs: 10 });
		service.steer.faults({ kind: 'status', status: 429, retryAfter: 1, skip: 6 });

		expect((await readAll()).sort()).toEqual([...ids].sort());

		const all = [...times(200), ...times(429)].sort((a, b) => a - b);
		const pauses = all.slice(1).map((at, i) => at - all[i]!);
		expect(Math.max(...pauses)).toBeGreaterThanOrEqual(900);
	});

	test('gets half as many requests at the same time', async () => {
		service.steer.seed({ count: 1_000 });
		service.steer.options({ maxLimit: 50, latencyMs: 30 });
		service.steer.faults({ kind: 'status', status: 429, retryAfter: 1, skip: 4 });
		const reading = readAll(atOnce(8));
		while (times(429).length === 0) await pause(5);
		await pause(300);
		service.steer.reset({ only: ['stats'] });

		expect(await reading).toHaveLength(1_000);
		expect(mostAtOnce()).toBeLessThanOrEqual(4);
	});

	test('is read to the end though it refuses again and again', async () => {
		const { ids } = service.steer.seed({ count: 600 });
		service.steer.options({ maxLimit: 50, latencyMs: 5 });
		for (const skip of [3, 4, 5, 9]) {
			service.steer.faults({ kind: 'status', status: 429, retryAfter: 0, skip });
		}
		expect((await readAll(atOnce(16))).sort()).toEqual([...ids].sort());
		expect(times(429)).toHaveLength(4);
	});

	test('when it asks for more than a minute, that is the error, at once', async () => {
		service.steer.seed({ count: 600 });
		service.steer.faults({ kind: 'status', status: 429, retryAfter: 90, skip: 2, times: null });
		const start = Date.now();
		await expect(readAll()).rejects.toThrow('receiving too many requests. Try again in 90 s');
		expect(Date.now() - start).toBeLessThan(2_000);
	});
});

describe('cancelling the execution stops everything at once', () => {
	const cancelled = async (parameters: INodeParameters, when: () => boolean) => {
		const controller = new AbortController();
		const running = runNode(
			{ resource: 'job', operation: 'getMany', returnAll: true, ...parameters },
			{ credential: service.credential, signal: controller.signal },
		);
		while (!when()) await pause(5);
		const start = Date.now();
		controller.abort();
		const { status } = await running;
		const ms = Date.now() - start;
		await pause(200);
		return { status, ms };
	};

	test('requests on their way, and those that have not started', async () => {
		service.steer.seed({ count: 5_000, name: 'drill' });
		service.steer.options({ maxLimit: 50 });
		service.steer.faults({ kind: 'latency', ms: 1_500, skip: 1, times: null });
		const open = () => service.steer.stats().api.concurrent.open;

		const parameters = { filters: { search: 'drill' }, ...atOnce(8) };
		const { status, ms } = await cancelled(parameters, () => open() === 8);

		expect(status).toBe('canceled');
		expect(ms).toBeLessThan(1_000);
		expect(open()).toBe(0);
		expect(searchesFor('drill')).toHaveLength(1 + 8);
	});

	test('the wait for a service that is too busy', async () => {
		service.steer.seed({ count: 5_000 });
		service.steer.faults({ kind: 'status', status: 429, retryAfter: 50, skip: 3, times: null });
		const refused = () => service.steer.requests().some(({ status }) => status === 429);

		const { status, ms } = await cancelled({}, refused);

		expect(status).toBe('canceled');
		expect(ms).toBeLessThan(1_000);
		expect(pagesRequested()).toBeLessThanOrEqual(3 + 4);
	});
});

test('a page that cannot be read ends its item, not those after it', async () => {
	service.steer.seed({ count: 900 });
	service.steer.options({ maxLimit: 50, latencyMs: 10 });
	service.steer.faults({ kind: 'status', status: 422, skip: 5 });
	const { items } = await runNode(
		{ resource: 'job', operation: 'getMany', returnAll: true },
		{
			credential: service.credential,
			items: [{ json: {} }, { json: {} }],
			settings: { onError: 'continueRegularOutput' },
		},
	);
	expect(items[0]?.json.error).toMatch(/refused the request/);
	expect(items.slice(1)).toHaveLength(900);
});
