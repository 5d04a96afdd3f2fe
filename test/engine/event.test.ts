import type { RequestListener } from 'node:http';
import type { INodeParameters } from 'n8n-workflow';

import { runNode } from './harness';
import { useServer } from './harness/useServer';

interface EventRow {
	[field: string]: unknown;
	id: number;
	created_at: string;
}

/** Several per second, so times alone do not give their order; in arrival order, oldest first. */
const all: EventRow[] = Array.from({ length: 230 }, (_, place) => ({
	id: 70_000 + place,
	event_type: place % 3 === 0 ? 'inference.failed' : 'info',
	level: place % 3 === 0 ? 'FAILED' : 'INFO',
	message: `event ${place}`,
	payload: { place },
	input_id: place % 2 === 0 ? 'inp_1' : null,
	index: null,
	created_at: new Date(Date.UTC(2026, 5, 2) + Math.floor(place / 4) * 1000).toISOString(),
}));
let listed = all;

/** The service: applies its filters, lists in the order of `listed`, at most 40 rows per page. */
const service: RequestListener = (request, response) => {
	const { searchParams } = new URL(request.url!, 'http://service');
	const wanted = listed.filter((row) =>
		['event_type', 'input_id', 'level'].every(
			(name) => !searchParams.has(name) || searchParams.get(name) === row[name],
		),
	);
	const offset = Number(searchParams.get('offset'));
	const events = wanted.slice(offset, offset + Math.min(40, Number(searchParams.get('limit'))));
	response.setHeader('content-type', 'application/json');
	response.end(JSON.stringify({ job_id: 'job_1', total: wanted.length, offset, events }));
};
const server = useServer(service);

const getMany = async (parameters: INodeParameters = {}) => {
	const { items, error, hints } = await runNode(
		{
			resource: 'event',
			operation: 'getMany',
			jobId: { __rl: true, mode: 'id', value: 'job_1' },
			...parameters,
		},
		{ credential: { apiKey: 'sk_events', baseUrl: server.url } },
	);
	if (error) throw new Error(error.message);
	return { ids: items.map(({ json }) => json.id), items, hints };
};

const idsOf = (rows: EventRow[]) => rows.map(({ id }) => id);

describe.each<[string, EventRow[]]>([
	['oldest first', all],
	['newest first', [...all].reverse()],
	['in no order', [...all].sort((a, b) => ((a.id * 7919) % 230) - ((b.id * 7919) % 230))],
])('the service sends them %s', (_, rows) => {
	beforeEach(() => {
		listed = rows;
	});

	test.each<[string | undefined, EventRow[]]>([
		[undefined, [...all].reverse()],
		['desc', [...all].reverse()],
		['asc', all],
	])('Order %p, all and within Limit', async (order, wanted) => {
		const options = order === undefined ? {} : { order };
		const whole = await getMany({ returnAll: true, options });
		expect(whole.ids).toEqual(idsOf(wanted));
		expect(whole.hints).toEqual([]);

		const some = await getMany({ limit: '={{ 7 }}', options });
		expect(some.ids).toEqual(idsOf(wanted).slice(0, 7));
		expect(some.hints).toEqual([expect.stringContaining('Limit of 7 events reached')]);
	});
});

test.each<[INodeParameters, (row: EventRow) => boolean]>([
	[{ eventType: 'inference.failed' }, (row) => row.event_type === 'inference.failed'],
	[{ inputId: 'inp_1' }, (row) => row.input_id === 'inp_1'],
	[{ level: 'FAILED' }, (row) => row.level === 'FAILED'],
])('%j narrows the list', async (filters, matches) => {
	const { ids } = await getMany({ returnAll: true, filters, options: { order: 'asc' } });
	expect(ids).toEqual(idsOf(all.filter(matches)));
});

test('as the service has them when not simplified', async () => {
	const { items } = await getMany({ simplify: false, limit: 3, options: { order: 'asc' } });
	expect(items.map(({ json }) => json)).toEqual(all.slice(0, 3));
});
