import { advance } from '../../../nodes/ArchetypeAi/trigger/advance';
import type { State } from '../../../nodes/ArchetypeAi/trigger/state';
import { ModelService } from './model';
import type { ServiceOptions } from './model';

const MINUTE = 60_000;

function watchJobs(options: Partial<ServiceOptions>, jobId = '') {
	const service = new ModelService({
		...{ order: 'newest', clamp: 100, keepsStamps: false, lagMs: 0, stampMs: 1 },
		...options,
	});
	const watched = { config: '', events: new Set(['failed', 'completed'] as const), jobId };
	let state: State | undefined;
	return {
		service,
		/** Ids of the events that the next poll tells. */
		poll: async (hasTime = true) => {
			service.tick(MINUTE);
			const looked = await advance(service.source(), state, watched, () => hasTime);
			({ state } = looked);
			return looked.events.map(({ event }) => event.id);
		},
	};
}

/** Ids are in no order. */
const complete = (service: ModelService): string =>
	service.comeAndGo((service.size * 7_919) % 1_000);

function fail(service: ModelService, id: string): void {
	service.start(id);
	service.fail(id);
}

describe('a service that counts more jobs than it shows', () => {
	test('newest first: new jobs are told', async () => {
		const { service, poll } = watchJobs({ shown: 50 });
		for (let job = 0; job < 200; job++) complete(service);
		await poll();
		const id = complete(service);
		expect(await poll()).toEqual([`${id}:COMPLETED:0`]);
		for (let polls = 0; polls < 10; polls++) expect(await poll()).toEqual([]);
	});

	test('oldest first: an error says that they cannot be found, after a few requests', async () => {
		const { service, poll } = watchJobs({ order: 'oldest', shown: 50 });
		for (let job = 0; job < 200; job++) complete(service);
		await poll();
		complete(service);
		const before = service.requests;
		await expect(poll()).rejects.toThrow('The service does not show all jobs that it counts');
		expect(service.requests - before).toBeLessThan(30);
	});
});

test('new jobs make the slow walk skip none, also when they come within a poll', async () => {
	const { service, poll } = watchJobs({});
	const ids = Array.from({ length: 360 }, (_, job) => service.create(job));
	for (const id of ids) fail(service, id);
	await poll();
	for (const id of ids) {
		service.retry(id);
		fail(service, id);
	}
	// After the lists of active jobs and the edge, before the page of the slow walk.
	let coming = 50;
	service.beforeRequest = (request) => {
		for (let job = 0; request === 5 && job < 10 && coming > 0; job++, coming--) complete(service);
	};
	const told = new Set<string>();
	// It reads that many rows once more.
	for (let polls = Math.ceil((service.size + 2 * coming) / 36); polls > 0; polls--) {
		for (const id of await poll()) told.add(id);
	}
	expect(ids.filter((id) => !told.has(`${id}:FAILED:1`))).toEqual([]);
});

test('the slow walk goes on when the time is up in every poll', async () => {
	const { service, poll } = watchJobs({});
	const retried = service.create(1);
	fail(service, retried);
	for (let job = 0; job < 360; job++) complete(service);
	await poll();
	service.retry(retried);
	fail(service, retried);
	const told: string[] = [];
	for (let polls = Math.ceil(service.size / 36); polls > 0; polls--) {
		told.push(...(await poll(false)));
	}
	expect(told).toEqual([`${retried}:FAILED:1`]);
});

test.each(['newest', 'oldest'] as const)(
	'a service that gives two jobs a page, %s first',
	async (order) => {
		const { service, poll } = watchJobs({ order });
		for (let job = 0; job < 700; job++) complete(service);
		await poll();
		service.options.clamp = 2;
		for (let polls = 0; polls < 5; polls++) {
			const ids = Array.from({ length: 30 }, () => complete(service));
			expect((await poll()).sort()).toEqual(ids.map((id) => `${id}:COMPLETED:0`).sort());
		}
	},
);

test.each(['newest', 'oldest'] as const)(
	'a service that gives one job a page, %s first: an error and not requests without end',
	async (order) => {
		const { service, poll } = watchJobs({ order });
		for (let job = 0; job < 20; job++) complete(service);
		await poll();
		service.options.clamp = 1;
		for (let job = 0; job < 5; job++) complete(service);
		const before = service.requests;
		await expect(poll()).rejects.toThrow('The service does not show all jobs that it counts');
		expect(service.requests - before).toBeLessThan(100);
	},
);

test('in a list in no order, a retried job does not hide one that came and went', async () => {
	const { service, poll } = watchJobs({ order: 'random', clamp: 10 });
	for (let job = 0; job < 300; job++) complete(service);
	const retried = service.create(1);
	fail(service, retried);
	await poll();
	service.retry(retried);
	const id = complete(service);
	expect(await poll()).toEqual([`${id}:COMPLETED:0`]);
});

test('with one job chosen, watching starts by the clock of the service', async () => {
	const id = 'job_1_0';
	const { service, poll } = watchJobs({}, id);
	expect(service.create(1)).toBe(id);
	fail(service, id);
	await poll();
	service.retry(id);
	fail(service, id);
	expect(await poll()).toEqual([`${id}:FAILED:1`]);
});

test('many active jobs are not read to the end when the time is up, and none is lost', async () => {
	const { service, poll } = watchJobs({ clamp: 10 });
	const ids = Array.from({ length: 400 }, (_, job) => service.create(job));
	for (const id of ids) service.start(id);
	await poll();
	const before = service.requests;
	await poll(false);
	// A page of each list of active jobs, the edge, four jobs by id, and the slow walk.
	expect(service.requests - before).toBeLessThanOrEqual(4 + 1 + 4 + 1);
	for (const id of ids) service.complete(id);
	const told = [...(await poll()), ...(await poll())];
	expect(told.sort()).toEqual(ids.map((id) => `${id}:COMPLETED:0`).sort());
});
