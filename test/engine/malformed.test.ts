// Malformed rows in lists: each costs only itself.
import type { RequestListener } from 'node:http';
import type { INodeParameters } from 'n8n-workflow';

import { ACTION, runNode, searchList } from './harness';
import { useServer } from './harness/useServer';

type Row = Record<string, unknown>;

/** The service's rows, and its maximum per response. */
let rows: Row[] = [];
let clamp = 100;

const answer: RequestListener = (request, response) => {
	const url = new URL(request.url!, 'http://service');
	const at = (name: string) => Number(url.searchParams.get(name));
	const page = rows.slice(at('offset'), at('offset') + Math.min(clamp, at('limit')));
	const key = url.pathname.split('/').at(-1)!;
	response.setHeader('content-type', 'application/json');
	response.end(JSON.stringify({ total: rows.length, [key]: page }));
};

const server = useServer(answer);
const credential = () => ({ apiKey: 'sk_malformed', baseUrl: server.url });

const run = (parameters: INodeParameters) =>
	runNode(
		{ ...parameters, jobId: { __rl: true, mode: 'id', value: 'job_1' } },
		{ credential: credential() },
	);

const good: Record<string, (id: string) => Row> = {
	job: (id) => ({ id, status: 'RUNNING', created_at: '2026-06-02T08:00:01Z' }),
	input: (id) => ({ id, port_name: 'worker.inference', status: 'pending' }),
	output: (id) => ({ id, port_name: 'worker.results', data: { ref: '/files/download/a' } }),
	event: (id) => ({ id, event_type: 'info', created_at: '2026-06-02T08:00:01Z' }),
};

const many = (resource: string, count: number) =>
	Array.from({ length: count }, (_, place) => good[resource]!(`row_${place}`));

const ids = (items: Array<{ json: Row }>) => items.map(({ json }) => json.id);

describe.each(Object.keys(good))('%s: Get Many', (resource) => {
	const parameters = { resource, operation: 'getMany', options: { order: 'asc' } };

	test.each([0, 7, 9, 10, 24])('a bad row at place %d costs itself and is named', async (place) => {
		rows = many(resource, 25);
		clamp = 10;
		rows[place] = { id: `bad_${place}`, name: 'not as it should be' };

		const { items, error, hints } = await run({ ...parameters, returnAll: true });

		expect(error).toBeUndefined();
		expect(ids(items).sort()).toEqual(
			many(resource, 25)
				.map(({ id }) => id)
				.filter((_, at) => at !== place)
				.sort(),
		);
		expect(hints).toEqual([expect.stringMatching(new RegExp(`Left out.*bad_${place} \\(\\w`))]);
	});

	test('a page of nothing but bad rows is no end of the list', async () => {
		rows = many(resource, 30);
		clamp = 10;
		for (let place = 5; place < 25; place++) rows[place] = { place };
		const { items } = await run({ ...parameters, returnAll: true });
		expect(items).toHaveLength(10);
	});

	test('Limit counts the rows that can be used', async () => {
		rows = many(resource, 25);
		clamp = 10;
		for (const place of [0, 3, 8]) rows[place] = { id: '../../etc' };
		const { items } = await run({ ...parameters, limit: 15 });
		expect(items).toHaveLength(15);
	});

	test('a list of nothing but bad rows is an error, not an empty one', async () => {
		rows = [{ id: 'bad_1' }, { id: 'bad_2' }];
		const { error } = await run(parameters);
		expect(error?.message).toMatch(/^The service sent all \w+ in an unexpected form: bad_1 \(/);
	});
});

test('an ID that could change a path is a bad row', async () => {
	rows = [...many('job', 2), good.job!('../../admin')];
	const { items, hints } = await run({ resource: 'job', operation: 'getMany' });
	expect(ids(items)).toEqual(['row_0', 'row_1']);
	expect(hints).toEqual([expect.stringContaining('../../admin (id: Not an ID)')]);
});

test('the list of jobs in the editor goes on behind a bad one', async () => {
	rows = many('job', 70);
	clamp = 100;
	rows[3] = { id: 'bad' };
	const options = { node: ACTION, credential: credential(), parameters: {} };
	const first = await searchList('searchJobs', options);
	const { paginationToken } = first;
	const second = await searchList('searchJobs', { ...options, paginationToken });
	expect(new Set([...first.results, ...second.results].map(({ value }) => value)).size).toBe(69);
});
