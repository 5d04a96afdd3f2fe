import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { credentialFor, pollTrigger, useSandbox } from './harness';
import { Gateway, mapJobs, serviceError } from './trigger-gateway';
import type { Passing } from './trigger-gateway';

const service = useSandbox();
let gateway: Gateway;

beforeEach(async () => {
	gateway = new Gateway(service.url, service.apiKey);
	await gateway.listen();
});
afterEach(() => gateway.close());

const MINUTE = 60_000;
const anyJob = { __rl: true, mode: 'any', value: '' };
const DURABLE = { budgetMs: 36_000, isStaged: true };

/** A published trigger that sees the sandbox through the gateway. */
function publish(
	parameters: INodeParameters = {},
	options: Parameters<typeof pollTrigger>[1] = {},
) {
	let staticData: IDataObject = {};
	const poll = async (more: Parameters<typeof pollTrigger>[1] = {}) => {
		const credential = credentialFor({ ...service, url: gateway.url });
		const result = await pollTrigger(
			{ job: anyJob, ...parameters },
			{ credential, ...options, staticData, ...more },
		);
		({ staticData } = result);
		return result;
	};
	const events = async (more?: Parameters<typeof pollTrigger>[1]) =>
		((await poll(more)).items ?? []).map(
			({ json }) => `${json.event as string} ${json.id as string}`,
		);
	return { poll, events, state: () => staticData };
}

const containing = (text: string) => expect.stringContaining(text) as string;
const seedOne = (request: Parameters<typeof service.steer.seed>[0] = {}) =>
	service.steer.seed(request).ids[0]!;
const end = (id: string, status: 'COMPLETED' | 'FAILED' | 'CANCELLED' = 'COMPLETED') =>
	service.steer.setJobStatus(id, { status });
const later = (ms = MINUTE) => service.steer.clock({ advance: ms });
const retry = async (id: string) => {
	const headers = { authorization: `Bearer ${service.apiKey}` };
	await fetch(`${service.url}/batch/jobs/${id}/retry`, { method: 'POST', headers });
};

test.each([400, 503])(
	'T1 each page above offset 1,000 is answered with %i: the other places go on, for good',
	async (status) => {
		service.steer.seed({ count: 1_500, status: 'COMPLETED', oldestMs: 90 * 86_400_000 });
		gateway.handle = async (url, pass) =>
			Number(url.searchParams.get('offset')) > 1_000 ? serviceError(status) : await pass();
		const trigger = publish();
		const log: string[] = [];
		const due: string[] = [];
		const emitted: string[] = [];
		const retried = seedOne({ status: 'FAILED', oldestMs: 50 * 86_400_000 });
		await trigger.poll();
		for (let polls = 0; polls < 60; polls++) {
			await later();
			if (polls % 10 === 0) due.push(seedOne({ status: 'COMPLETED', oldestMs: 20, newestMs: 10 }));
			if (polls === 35) {
				await retry(retried);
				end(retried, 'FAILED');
			}
			const { items, ...poll } = await trigger.poll();
			log.push(...poll.log);
			emitted.push(...(items ?? []).map(({ json }) => json.id as string));
		}
		expect(emitted.sort()).toEqual([...due, retried].sort());
		expect(log).toContainEqual(containing('it is skipped'));
	},
	120_000,
);

test.each([
	['a number as text', { retry_count: '0' }],
	['a negative number', { retry_count: -1 }],
	['a number as a time', { updated_at: 1_780_387_201 }],
])('T2 one old row has %s: it costs itself', async (_, wrong) => {
	const { ids } = service.steer.seed({ count: 300, status: 'COMPLETED' });
	const running = seedOne({ status: 'RUNNING' });
	gateway.handle = async (_url, pass) =>
		mapJobs(await pass(), (row) => (row.id === ids[150] ? { ...row, ...wrong } : row));
	const trigger = publish();
	const { log } = await trigger.poll();
	for (let polls = 0; polls < 9; polls++) {
		await later();
		log.push(...(await trigger.poll()).log);
	}
	end(running);
	expect(await trigger.events()).toEqual([`job.completed ${running}`]);
	expect(log).toContainEqual(containing(ids[150]!));
});

test('T3 a status that nobody documented is one of an active job', async () => {
	const id = seedOne({ status: 'RUNNING', oldestMs: 86_400_000, newestMs: 86_400_000 });
	service.steer.seed({ count: 300, status: 'COMPLETED', oldestMs: 80_000_000 });
	let isCancelling = false;
	gateway.handle = async (url, pass) => {
		const asksFor = url.searchParams.get('status');
		return mapJobs(await pass(), (row) => {
			if (row.id !== id || !isCancelling) return row;
			return asksFor === 'RUNNING' ? undefined : { ...row, status: 'CANCELLING' };
		});
	};
	const trigger = publish();
	await trigger.poll();
	await later();
	isCancelling = true;
	expect(await trigger.events()).toEqual([]);
	await later();
	expect(await trigger.events()).toEqual([]);
	isCancelling = false;
	end(id, 'CANCELLED');
	expect(await trigger.events()).toEqual([`job.cancelled ${id}`]);
});

test('T8 a retried job fails before it starts, the start of the run before is still shown', async () => {
	// A retried job does not progress by itself.
	service.steer.options({ jobMs: 86_400_000 });
	const trigger = publish({ events: ['started', 'failed'] });
	await trigger.poll();
	await later();
	const id = seedOne({ status: 'RUNNING' });
	const { started_at } = await service.get<{ started_at: string }>(`/batch/jobs/${id}`);
	await later(1_000);
	expect(await trigger.events()).toEqual([`job.started ${id}`]);
	end(id, 'FAILED');
	expect(await trigger.events()).toEqual([`job.failed ${id}`]);
	// Like a service that keeps the old start and clears the old end.
	gateway.handle = async (_url, pass) =>
		mapJobs(await pass(), (row) => (row.id === id ? { ...row, started_at } : row));
	await retry(id);
	service.steer.setJobStatus(id, { status: 'ADMITTED' });
	expect(await trigger.events()).toEqual([]);
	end(id, 'FAILED');
	expect(await trigger.events()).toEqual([`job.failed ${id}`]);
});

test('T9 a list trickles for ever: polls end in time, and the other places go on', async () => {
	const running = seedOne({ status: 'RUNNING' });
	const trigger = publish({}, { budgetMs: 3_000 });
	await trigger.poll();
	gateway.handle = async (url, pass) =>
		url.searchParams.get('status') === 'RUNNING' ? 'trickle' : await pass();
	const short: string[] = [];
	const emitted: string[] = [];
	for (let polls = 0; polls < 3; polls++) {
		await later();
		if (polls === 1) end(running);
		short.push(`job.completed ${seedOne({ status: 'COMPLETED', oldestMs: 2, newestMs: 1 })}`);
		const begin = Date.now();
		emitted.push(...(await trigger.events()));
		expect(Date.now() - begin).toBeLessThan(3_000);
	}
	expect(emitted.sort()).toEqual([...short, `job.completed ${running}`].sort());
}, 30_000);

test('T9 … every list trickles: the poll fails in time, and the next one polls again', async () => {
	const trigger = publish({}, { budgetMs: 1_500 });
	await trigger.poll();
	gateway.handle = () => Promise.resolve('trickle');
	for (let polls = 0; polls < 2; polls++) {
		const begin = Date.now();
		await expect(trigger.poll()).rejects.toMatchObject({
			failure: { cause: 'temporarily-unavailable' },
		});
		expect(Date.now() - begin).toBeLessThan(1_600);
	}
	gateway.handle = async (_url, pass) => await pass();
	const id = seedOne({ status: 'COMPLETED', oldestMs: 2, newestMs: 1 });
	expect(await trigger.events()).toEqual([`job.completed ${id}`]);
}, 30_000);

const html = (status: number, headers = {}): Passing => ({
	...{ status, headers },
	body: '<html><body>Bad gateway</body></html>',
});

test.each<[string, Passing]>([
	['404 with HTML', html(404)],
	['403 with HTML', html(403)],
	['401 with HTML', html(401)],
	['200 with HTML', html(200)],
	['404 with JSON of its own', { status: 404, headers: {}, body: { message: 'no Route matched' } }],
	['a redirect', html(302, { location: 'https://login.example/' })],
])('T10 a gateway answers %s: nothing to give up for', async (_, page) => {
	const trigger = publish({}, DURABLE);
	await trigger.poll();
	gateway.handle = () => Promise.resolve(page);
	await expect(trigger.poll()).rejects.toMatchObject({
		failure: { cause: 'temporarily-unavailable' },
	});
});

test('T10 … what the service itself says is', async () => {
	const trigger = publish({}, DURABLE);
	await trigger.poll();
	gateway.handle = () => Promise.resolve({ status: 401, headers: {}, body: { detail: 'Bad key' } });
	await expect(trigger.poll()).rejects.toMatchObject({ failure: { cause: 'credential-invalid' } });
});

test('T11 a followed job is not found for many polls: its end is reported once it is', async () => {
	const old = { oldestMs: 9 * 86_400_000, newestMs: 9 * 86_400_000 };
	const id = seedOne({ status: 'RUNNING', ...old });
	service.steer.seed({ count: 2_000, status: 'COMPLETED', oldestMs: 8 * 86_400_000 });
	const trigger = publish();
	await trigger.poll();
	let isOut = true;
	gateway.handle = async (url, pass) => {
		if (!isOut) return await pass();
		if (url.pathname.endsWith(id)) return serviceError(404);
		return mapJobs(await pass(), (row) => (row.id === id ? undefined : row));
	};
	for (let polls = 0; polls < 6; polls++) {
		await later();
		gateway.asked.length = 0;
		expect(await trigger.events()).toEqual([]);
		expect(gateway.asked.filter((path) => path.endsWith(id)).length).toBeLessThanOrEqual(1);
	}
	end(id);
	isOut = false;
	expect(await trigger.events()).toEqual([`job.completed ${id}`]);
});

describe('T14 the API key is replaced', () => {
	const withKey = (apiKey: string) => ({
		credential: credentialFor({ ...service, url: gateway.url }, { apiKey }),
	});

	async function replaced(org: (row: Record<string, unknown>) => unknown) {
		const running = seedOne({ status: 'RUNNING' });
		const trigger = publish();
		await trigger.poll();
		await later();
		end(running);
		gateway.handle = async (_url, pass) =>
			mapJobs(await pass(), (row) => ({ ...row, org_id: org(row) }));
		return { running, ...(await trigger.poll(withKey('sk_another'))) };
	}

	test('by one of the same organization: what ended meanwhile is reported', async () => {
		const { items, running } = await replaced(({ org_id }) => org_id);
		expect(items).toMatchObject([{ json: { id: running } }]);
	});

	test.each([
		['another one', 'org_other'],
		['one that is not known', undefined],
	])('by one of %s: watching starts anew, and the log says so', async (_, org) => {
		const { items, log } = await replaced(() => org);
		expect(items).toBeNull();
		expect(log).toContainEqual(containing('organization'));
	});
});

test('T16 a copied workflow starts anew, and the log says so', async () => {
	const [first = '', second = ''] = service.steer.seed({ count: 2, status: 'RUNNING' }).ids;
	const trigger = publish({}, { workflowId: 'original' });
	await trigger.poll();
	await later();
	end(first);
	const { items, log } = await trigger.poll({ workflowId: 'copy' });
	expect(items).toBeNull();
	expect(log).toContainEqual(containing('copy'));
	end(second);
	expect(await trigger.events({ workflowId: 'copy' })).toEqual([`job.completed ${second}`]);
});

test('H2 jobs whose ids are words of the language', async () => {
	const names = ['__proto__', 'constructor', 'toString'];
	const { ids } = service.steer.seed({ count: 4, status: 'RUNNING' });
	const nameOf = new Map(names.map((name, at) => [ids[at]!, name]));
	gateway.handle = async (_url, pass) =>
		mapJobs(await pass(), (row) => ({ ...row, id: nameOf.get(row.id as string) ?? row.id }));
	const trigger = publish();
	await trigger.poll();
	await later();
	for (const id of ids) end(id);
	const emitted = [...names, ids[3]!].map((id) => `job.completed ${id}`);
	expect((await trigger.events()).sort()).toEqual(emitted.sort());
	expect(await trigger.events()).toEqual([]);
});
