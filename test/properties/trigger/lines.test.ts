import { ModelHost } from './host';
import type { HostOptions } from './host';
import { Jobs } from './life';
import { ModelService } from './service';
import type { ServiceOptions } from './service';
import { VirtualTime } from './virtualTime';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const DURABLE_MS = 36_000;
const ENDS = new Set(['completed', 'failed', 'cancelled']);

/** A service in virtual time, and a published trigger on the durable path. */
function world(options: Partial<ServiceOptions> = {}, host: Partial<HostOptions> = {}) {
	const time = new VirtualTime();
	const life = { keepsStamps: false, keepsStart: false, stampMs: 1, noZone: false };
	const jobs = new Jobs(life, () => time.now);
	const service = new ModelService(time, jobs, {
		...{ order: 'newest', clamp: 100, latencyMs: 20, headerSkewMs: 0, lateTotalMs: 0 },
		...options,
	});
	const model = new ModelHost(service, { isDurable: true, chosen: ENDS, ...host });
	/** Adds this many running jobs, each created this long after the previous one. */
	const running = (count: number, paceMs = SECOND) =>
		Array.from({ length: count }, (_, at) => {
			const id = jobs.create(at * 7_919);
			jobs.move(id, 'RUNNING');
			time.now += paceMs;
			return id;
		});
	const comeAndGo = () => {
		const [id = ''] = running(1, 0);
		jobs.move(id, 'COMPLETED');
		return id;
	};
	/** A poll a minute later: its events, and how long it took. */
	const poll = async () => {
		time.now += MINUTE;
		service.asked.length = 0;
		const begin = time.now;
		const events = await model.poll();
		return { events, ms: time.now - begin, requests: service.asked.length };
	};
	return { time, jobs, service, model, running, comeAndGo, poll };
}

const completed = (ids: string[]) => ids.map((id) => `${id}:COMPLETED:0`).sort();

test('T4 300 jobs of one second, pages of 10, a second a reply: each poll makes progress', async () => {
	const { service, comeAndGo, poll, model } = world({ clamp: 10, latencyMs: SECOND });
	for (let old = 0; old < 60; old++) comeAndGo();
	await model.activate();
	await poll();
	const ids = Array.from({ length: 300 }, comeAndGo);
	const emitted: string[] = [];
	const late: string[] = [];
	for (let polls = 0; polls < 12; polls++) {
		if (polls === 8) late.push(comeAndGo());
		const { events, ms } = await poll();
		emitted.push(...events);
		expect(ms).toBeLessThanOrEqual(DURABLE_MS);
	}
	expect(emitted.sort()).toEqual(completed([...ids, ...late]));
	expect(model.errors).toEqual([]);
	expect(service.requests).toBeGreaterThan(60);
});

test('T5 3,000 jobs, pages of 10 at 0.3 s, classic path: no poll outlives its time', async () => {
	const { comeAndGo, poll, model } = world({ clamp: 10, latencyMs: 300 }, { isDurable: false });
	await model.activate();
	const ids = Array.from({ length: 3_000 }, comeAndGo);
	const emitted: string[] = [];
	for (let polls = 0; polls < 60; polls++) {
		const { events, ms } = await poll();
		emitted.push(...events);
		expect(ms).toBeLessThanOrEqual(45 * SECOND);
	}
	expect(new Set(emitted).size).toBe(ids.length);
	expect(emitted).toHaveLength(ids.length);
});

test('T6 5,000 active jobs, pages of 100 at 1 s: watching begins', async () => {
	const { jobs, running, poll, model } = world({ latencyMs: SECOND });
	const ids = running(5_000);
	await model.activate(true);
	await poll();
	await poll();
	for (const id of ids.slice(0, 5)) jobs.move(id, 'COMPLETED');
	const emitted = [...(await poll()).events, ...(await poll()).events, ...(await poll()).events];
	expect(emitted.sort()).toEqual(completed(ids.slice(0, 5)));
	expect(model.errors).toEqual([]);
});

test('T7 5,000 active jobs, pages of 100 at 0.6 s, 40 end: each within three polls', async () => {
	const { jobs, running, poll, model } = world({ latencyMs: 600 });
	const ids = running(5_000);
	await model.activate();
	await poll();
	await poll();
	const ended = ids.filter((_, at) => at % 125 === 0);
	for (const id of ended) jobs.move(id, 'COMPLETED');
	const emitted = [...(await poll()).events, ...(await poll()).events, ...(await poll()).events];
	expect(emitted.sort()).toEqual(completed(ended));
});

test('T11 a job that is not found is looked for during a day, with one request a poll', async () => {
	const { jobs, service, running, poll, model } = world();
	const ids = running(3);
	await model.activate();
	await poll();
	const row = jobs.lives.get(ids[1]!)!;
	jobs.delete(ids[1]!);
	for (let hour = 0; hour < 23; hour++) {
		service.time.now += 59 * MINUTE;
		await poll();
		const asked = service.asked.filter((what) => what === `job ${ids[1]!}`);
		expect(asked).toHaveLength(1);
	}
	jobs.lives.set(ids[1]!, row);
	jobs.move(ids[1]!, 'COMPLETED');
	expect((await poll()).events).toEqual(completed([ids[1]!]));

	jobs.delete(ids[2]!);
	await poll();
	service.time.now += 25 * 60 * MINUTE;
	await poll();
	expect(model.log.join()).toContain('no longer looked for');
	await poll();
	expect(service.asked).not.toContain(`job ${ids[2]!}`);
});

test('T15 20,000 active jobs: 60 requests, 320 kB, each end within five polls', async () => {
	const { jobs, running, poll, model } = world();
	const ids = running(20_000, 100);
	await model.activate();
	for (let polls = 0; polls < 6; polls++) await poll();
	const ended = ids.filter((_, at) => at % 500 === 250);
	for (const id of ended) jobs.move(id, 'COMPLETED');
	const emitted: string[] = [];
	for (let polls = 0; polls < 5; polls++) {
		const { events, requests } = await poll();
		emitted.push(...events);
		expect(requests).toBeLessThanOrEqual(60);
		expect(model.stateBytes).toBeLessThanOrEqual(320_000);
	}
	expect(emitted.sort()).toEqual(completed(ended));
}, 600_000);

test('8,000 active jobs, more than the state has room for: what ends while n8n is down is found', async () => {
	const { jobs, running, poll, model } = world();
	const ids = running(8_000, 100);
	await model.activate();
	for (let polls = 0; polls < 6; polls++) await poll();
	const ended = ids.filter((_, at) => at % 400 === 200);
	for (const id of ended) jobs.move(id, 'COMPLETED');
	model.restart();
	const emitted: string[] = [];
	// The polls that docs/trigger.md gives the sweep, plus those that its searches take in between.
	for (let polls = 0; polls < 8_000 / 36 + 10; polls++) emitted.push(...(await poll()).events);
	expect(emitted.sort()).toEqual(completed(ended));

	const later = ids.filter((_, at) => at % 400 === 300);
	for (const id of later) jobs.move(id, 'COMPLETED');
	const after: string[] = [];
	for (let polls = 0; polls < 5; polls++) after.push(...(await poll()).events);
	expect(after.sort()).toEqual(completed(later));
}, 600_000);

test('T16 the state of another workflow or node is a copy, which starts anew', async () => {
	const { jobs, running, poll, model } = world();
	const ids = running(3);
	await model.activate();
	await poll();
	for (const id of ids.slice(0, 2)) jobs.move(id, 'COMPLETED');
	model.self = { ...model.self, owner: 'copy:node' };
	model.restart();
	expect((await poll()).events).toEqual([]);
	expect(model.log.join()).toContain('copy');
	jobs.move(ids[2]!, 'COMPLETED');
	expect((await poll()).events).toEqual(completed([ids[2]!]));
});

test('a place that hangs for ever costs its own jobs no more than asks by ID', async () => {
	const { jobs, service, running, comeAndGo, poll, model } = world();
	const ids = running(30);
	await model.activate();
	await poll();
	service.trouble = [{ where: 'running', how: 'hang' }];
	for (const id of ids.slice(0, 3)) jobs.move(id, 'COMPLETED');
	const short = comeAndGo();
	const emitted: string[] = [];
	for (let polls = 0; polls < 3; polls++) {
		const { events, ms } = await poll();
		emitted.push(...events);
		expect(ms).toBeLessThanOrEqual(DURABLE_MS);
	}
	expect(emitted.sort()).toEqual(completed([...ids.slice(0, 3), short]));
});

test('the oldest of many new jobs is found in a few requests', async () => {
	const { service, comeAndGo, poll, model, time } = world();
	for (let old = 0; old < 3_000; old++) {
		comeAndGo();
		time.now += SECOND;
	}
	await model.activate();
	await poll();
	const ids = Array.from({ length: 700 }, () => {
		time.now += 50;
		return comeAndGo();
	});
	const { events } = await poll();
	expect(events).toHaveLength(ids.length);
	// Four lists, the edge, the sweep, the pages themselves, and four that look for the first.
	expect(service.asked.length).toBeLessThanOrEqual(4 + 1 + 1 + 8 + 4);
});
