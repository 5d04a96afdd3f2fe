// More inputs of the kinds that trigger-lines.test.ts has one each of.
import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { credentialFor, pollTrigger, useSandbox } from './harness';
import { Gateway, mapJobs, serviceError } from './trigger-gateway';
import type { Handler, Passing } from './trigger-gateway';

const service = useSandbox();
let gateway: Gateway;

beforeEach(async () => {
	gateway = new Gateway(service.url, service.apiKey);
	await gateway.listen();
});
afterEach(() => gateway.close());

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** A published trigger that sees the sandbox through the gateway; `events` of its next poll. */
function publish(parameters: INodeParameters = {}, workflowId = 'workflow') {
	let staticData: IDataObject = {};
	const log: string[] = [];
	const events = async (more: INodeParameters = {}) => {
		const credential = credentialFor({ ...service, url: gateway.url });
		const result = await pollTrigger(
			{ watch: 'any', ...parameters, ...more },
			{ credential, staticData, budgetMs: 36_000, isStaged: true, workflowId },
		);
		({ staticData } = result);
		log.push(...result.log);
		return (result.items ?? []).map(({ json }) => `${json.event as string} ${json.id as string}`);
	};
	return { events, log };
}

const seedOne = (request: Parameters<typeof service.steer.seed>[0] = {}) =>
	service.steer.seed(request).ids[0]!;
const end = (id: string) => service.steer.setJobStatus(id, { status: 'COMPLETED' });
const later = (ms = MINUTE) => service.steer.clock({ advance: ms });
const completed = (...ids: string[]) => ids.map((id) => `job.completed ${id}`).sort();
const pass: Handler = async (_url, reply) => await reply();

/** Which requests belong to a place. */
const PLACES = {
	'the active lists': (url: URL) => url.searchParams.has('status'),
	'the edge': (url: URL) =>
		url.pathname.endsWith('/jobs') &&
		!url.searchParams.has('status') &&
		url.searchParams.get('offset') === '0',
	'the rest of the list': (url: URL) =>
		url.pathname.endsWith('/jobs') &&
		!url.searchParams.has('status') &&
		url.searchParams.get('offset') !== '0',
	'jobs by ID': (url: URL) => !url.pathname.endsWith('/jobs'),
};
type Place = keyof typeof PLACES;
const places = Object.keys(PLACES) as Place[];

describe('T1, T2, T10 a place of the service answers nonsense at each poll, for good', () => {
	const html: Passing = { status: 200, headers: {}, body: '<html>Sign in</html>' };
	const nonsense: Array<[string, Passing]> = [
		['200 with HTML', html],
		['302 with HTML', { ...html, status: 302, headers: { location: 'https://login.example/' } }],
		['404 with HTML', { ...html, status: 404 }],
		['401 with HTML', { ...html, status: 401 }],
		['403 with HTML', { ...html, status: 403 }],
		['500', { ...html, status: 500 }],
		['no body', { status: 200, headers: {}, body: '' }],
		['an empty object', { status: 200, headers: {}, body: {} }],
		['jobs: null', { status: 200, headers: {}, body: { jobs: null, total: 0 } }],
		['half a body', { status: 200, headers: { 'content-length': '5000' }, body: '{"jobs": [' }],
	];

	test.each(nonsense)(
		'%s in any place',
		async (_, reply) => {
			for (const place of places) {
				service.steer.seed({ count: 150, status: 'COMPLETED', oldestMs: 30 * DAY, newestMs: DAY });
				const [old = '', other = ''] = service.steer.seed({ count: 2, status: 'RUNNING' }).ids;
				const trigger = publish({}, `${place} workflow`);
				gateway.handle = pass;
				await trigger.events();
				await later();
				gateway.handle = async (url, pass) => (PLACES[place](url) ? reply : await pass());
				end(old);
				const emitted = await trigger.events();
				await later();
				const short = seedOne({ status: 'COMPLETED', oldestMs: 20, newestMs: 10 });
				for (let polls = 0; polls < 3; polls++) emitted.push(...(await trigger.events()));
				// What the place would have shown comes once it recovers; nothing else waits for it.
				if (place === 'the active lists' || place === 'the rest of the list') {
					expect([place, emitted.sort()]).toEqual([place, completed(old, short)]);
				}
				gateway.handle = pass;
				await later();
				end(other);
				for (let polls = 0; polls < 3; polls++) emitted.push(...(await trigger.events()));
				expect([place, emitted.sort()]).toEqual([place, completed(old, short, other)]);
			}
		},
		120_000,
	);
});

describe('T2 a bad row costs itself, wherever it is seen', () => {
	const wrong: Array<[string, IDataObject]> = [
		['id', { id: 7 }],
		['id', { id: null }],
		['status', { status: null }],
		['status', { status: 3 }],
		['retry_count', { retry_count: '0' }],
		['retry_count', { retry_count: 1.5 }],
		['retry_count', { retry_count: {} }],
		['preemption_count', { preemption_count: 'none' }],
		['created_at', { created_at: 1_780_387_201 }],
		['updated_at', { updated_at: [] }],
		['completed_at', { completed_at: true }],
		['started_at', { started_at: 'yesterday' }],
		['created_at', { created_at: 'soon' }],
	];

	test.each(wrong)('%s: %j', async (_, fields) => {
		service.steer.seed({ count: 60, status: 'COMPLETED', oldestMs: 30 * DAY, newestMs: DAY });
		const bad = seedOne({ status: 'RUNNING' });
		const [good = '', second = ''] = service.steer.seed({ count: 2, status: 'RUNNING' }).ids;
		gateway.handle = async (_url, pass) =>
			mapJobs(await pass(), (row) => (row.id === bad ? { ...row, ...fields } : row));
		const trigger = publish();
		await trigger.events();
		const emitted: string[] = [];
		for (const id of [good, bad, second]) {
			await later();
			end(id);
			emitted.push(...(await trigger.events()));
		}
		const short = seedOne({ status: 'COMPLETED', oldestMs: 20, newestMs: 10 });
		await later();
		emitted.push(...(await trigger.events()));
		const others = emitted.filter((event) => !event.includes(bad));
		expect(others.sort()).toEqual(completed(good, second, short));
	});

	test.each([[null], [7], ['row'], [[]]])('a row that is %j', async (row) => {
		const running = seedOne({ status: 'RUNNING' });
		gateway.handle = async (_url, pass) => {
			const reply = await pass();
			const body = reply.body as { jobs?: unknown[] };
			return body.jobs ? { ...reply, body: { ...body, jobs: [row, ...body.jobs] } } : reply;
		};
		const trigger = publish();
		await trigger.events();
		await later();
		end(running);
		expect(await trigger.events()).toEqual(completed(running));
	});
});

describe('counts that are wrong', () => {
	test.each([[-1], [1e15], ['30'], [null], [0], [2.5], [{}]])('total: %j', async (total) => {
		service.steer.seed({ count: 30, status: 'COMPLETED', oldestMs: 30 * DAY, newestMs: DAY });
		const running = seedOne({ status: 'RUNNING' });
		const trigger = publish();
		await trigger.events();
		gateway.handle = async (_url, pass) => {
			const reply = await pass();
			const body = reply.body as { jobs?: unknown[] };
			return body.jobs ? { ...reply, body: { ...body, total } } : reply;
		};
		await later();
		end(running);
		const emitted = await trigger.events();
		await later();
		gateway.handle = pass;
		const short = seedOne({ status: 'COMPLETED', oldestMs: 20, newestMs: 10 });
		for (let polls = 0; polls < 3; polls++) emitted.push(...(await trigger.events()));
		expect(emitted.sort()).toEqual(completed(running, short));
	});
});

describe('where watching begins', () => {
	const noRows = (reply: Passing): Passing => {
		const body = reply.body as { jobs?: unknown[] };
		return body.jobs ? { ...reply, body: { ...body, jobs: [], total: 0 } } : reply;
	};

	test('the first page is empty once: the jobs that were there are not reported', async () => {
		service.steer.seed({ count: 30, status: 'COMPLETED', oldestMs: 10 * DAY, newestMs: MINUTE });
		let isFirst = true;
		gateway.handle = async (url, pass) => {
			const isEdge = PLACES['the edge'](url) && isFirst;
			if (isEdge) isFirst = false;
			return isEdge ? noRows(await pass()) : await pass();
		};
		const trigger = publish();
		expect(await trigger.events()).toEqual([]);
		for (let polls = 0; polls < 3; polls++) expect(await trigger.events()).toEqual([]);
		const id = seedOne({ status: 'COMPLETED', oldestMs: 20, newestMs: 10 });
		expect(await trigger.events()).toEqual(completed(id));
	});

	test('all lists are empty at the first poll: old jobs are not reported either', async () => {
		service.steer.seed({ count: 30, status: 'COMPLETED', oldestMs: 30 * DAY, newestMs: 3 * DAY });
		gateway.handle = async (_url, pass) => noRows(await pass());
		const trigger = publish();
		await trigger.events();
		gateway.handle = pass;
		for (let polls = 0; polls < 3; polls++) expect(await trigger.events()).toEqual([]);
		const id = seedOne({ status: 'COMPLETED', oldestMs: 20, newestMs: 10 });
		expect(await trigger.events()).toEqual(completed(id));
	});

	test('the count is late: more than is counted was there before', async () => {
		service.steer.seed({ count: 60, status: 'COMPLETED', oldestMs: 30 * DAY, newestMs: MINUTE });
		gateway.handle = async (_url, pass) => {
			const reply = await pass();
			const body = reply.body as { jobs?: unknown[] };
			const jobs = body.jobs?.slice(0, 5);
			return jobs ? { ...reply, body: { ...body, jobs, total: jobs.length } } : reply;
		};
		const trigger = publish();
		await trigger.events();
		gateway.handle = pass;
		for (let polls = 0; polls < 3; polls++) expect(await trigger.events()).toEqual([]);
	});

	test('after a change of configuration, replies that another trigger asked for do not count', async () => {
		service.steer.seed({ count: 150, status: 'COMPLETED', oldestMs: 9 * DAY, newestMs: DAY });
		const changed = publish({}, 'changed workflow');
		await changed.events();
		// Another trigger starts and requests the same pages as the one that starts over.
		const other = publish({}, 'other workflow');
		await other.events();
		const id = seedOne({ status: 'COMPLETED', oldestMs: 20, newestMs: 10 });
		expect(await changed.events({ events: ['completed', 'failed'] })).toEqual([]);
		expect(changed.log.join()).toContain('configuration changed');
		for (let polls = 0; polls < 3; polls++) {
			expect(await changed.events({ events: ['completed', 'failed'] })).toEqual([]);
		}
		expect(await other.events()).toEqual(completed(id));
	});
});

describe('jobs of the same moment, renamed, deleted, created again', () => {
	test('a job is deleted and another one comes in its place', async () => {
		const [gone = '', stays = ''] = service.steer.seed({ count: 2, status: 'RUNNING' }).ids;
		const trigger = publish();
		await trigger.events();
		await later();
		gateway.handle = async (url, pass) => {
			if (url.pathname.endsWith(gone)) return serviceError(404);
			return mapJobs(await pass(), (row) => (row.id === gone ? undefined : row));
		};
		const fresh = seedOne({ status: 'COMPLETED', oldestMs: 20, newestMs: 10 });
		end(stays);
		expect((await trigger.events()).sort()).toEqual(completed(stays, fresh));
		expect(await trigger.events()).toEqual([]);
	});

	test('all times of all rows are the same', async () => {
		const at = new Date(Date.now() - DAY).toISOString();
		gateway.handle = async (_url, pass) =>
			mapJobs(await pass(), (row) => ({
				...row,
				...{ created_at: at, updated_at: at },
				...(row.completed_at !== null && { completed_at: at }),
			}));
		const ids = service.steer.seed({ count: 30, status: 'RUNNING' }).ids;
		const trigger = publish();
		await trigger.events();
		const emitted: string[] = [];
		for (const id of ids.slice(0, 4)) {
			await later();
			end(id);
			emitted.push(...(await trigger.events()));
		}
		expect(emitted.sort()).toEqual(completed(...ids.slice(0, 4)));
	});
});

describe('clocks that are a day off', () => {
	test.each([
		['the header', DAY, 0],
		['the header', -DAY, 0],
		['the rows', 0, DAY],
		['the rows', 0, -DAY],
	])('%s: %i, %i', async (_, headerMs, rowsMs) => {
		const move = (value: unknown) =>
			typeof value === 'string' ? new Date(Date.parse(value) + rowsMs).toISOString() : value;
		const stamps = ['created_at', 'updated_at', 'started_at', 'completed_at'];
		gateway.handle = async (_url, pass) => {
			const reply = mapJobs(await pass(), (row) => ({
				...row,
				...Object.fromEntries(stamps.map((name) => [name, move(row[name])])),
			}));
			const date = new Date(Date.parse(reply.headers.date ?? '') + headerMs).toUTCString();
			return { ...reply, headers: { date } };
		};
		service.steer.seed({ count: 120, status: 'COMPLETED', oldestMs: 30 * DAY, newestMs: MINUTE });
		const running = seedOne({ status: 'RUNNING', oldestMs: 5 * DAY, newestMs: 5 * DAY });
		const trigger = publish();
		expect(await trigger.events()).toEqual([]);
		await later();
		end(running);
		const short = seedOne({ status: 'COMPLETED', oldestMs: 20, newestMs: 10 });
		expect((await trigger.events()).sort()).toEqual(completed(running, short));
		for (let polls = 0; polls < 4; polls++) expect(await trigger.events()).toEqual([]);
	});
});
