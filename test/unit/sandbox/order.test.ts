import type { Sandbox } from '../../../sandbox';
import { listNames } from '../../../sandbox/options';
import { call, start } from './support';

type Lists = Record<string, string[]>;

const idsOf = async (sandbox: Sandbox, path: string, rows: string) => {
	const { body } = await call<Record<string, Array<{ id: string | number }>>>(
		sandbox,
		`${path}${path.includes('?') ? '&' : '?'}limit=100`,
	);
	return body[rows]!.map(({ id }) => String(id));
};

/** Row IDs of each list. */
async function readAll(sandbox: Sandbox, job: string): Promise<Lists> {
	const path = `/batch/jobs/${job}`;
	return {
		jobs: await idsOf(sandbox, '/batch/jobs', 'jobs'),
		inputs: await idsOf(sandbox, `${path}/inputs`, 'inputs'),
		outputs: await idsOf(sandbox, `${path}/outputs`, 'outputs'),
		events: await idsOf(sandbox, `${path}/events`, 'events'),
		progress: await idsOf(sandbox, `${path}/progress`, 'entries'),
		pipelines: await idsOf(sandbox, '/batch/registry/pipelines', 'pipelines'),
	};
}

const lists = listNames.filter((list) => list !== 'checkpoints');
const reversed = (ids: string[]) => [...ids].reverse();

async function seeded(): Promise<[Sandbox, string]> {
	const sandbox = await start();
	const { ids } = sandbox.steer.seed({ count: 3, status: 'COMPLETED', inputs: 4, outputs: 5 });
	return [sandbox, ids[0]!];
}

test('X4: each list has an order of its own: jobs newest first, events oldest first', async () => {
	const [sandbox, job] = await seeded();
	const usual = await readAll(sandbox, job);
	sandbox.steer.options({ listOrder: 'oldest' });
	const oldest = await readAll(sandbox, job);
	expect(usual).toEqual({
		jobs: reversed(oldest.jobs!),
		inputs: reversed(oldest.inputs!),
		outputs: reversed(oldest.outputs!),
		events: oldest.events,
		progress: oldest.progress,
		pipelines: reversed(oldest.pipelines!),
	});
});

test.each(lists)('X4: the order of %s is changed alone, and back', async (list) => {
	const [sandbox, job] = await seeded();
	sandbox.steer.options({ listOrder: 'oldest' });
	const oldest = await readAll(sandbox, job);
	const { listOrder } = sandbox.steer.options({ listOrder: { [list]: 'newest' } });
	expect(listOrder).toMatchObject({ [list]: 'newest' });
	const one = await readAll(sandbox, job);
	expect(one).toEqual({ ...oldest, [list]: reversed(oldest[list]!) });
	sandbox.steer.options({ listOrder: { [list]: 'oldest' } });
	expect(await readAll(sandbox, job)).toEqual(oldest);
});

test('X4: a client tails events by offset while new jobs come first', async () => {
	const sandbox = await start();
	const [first] = sandbox.steer.seed({ status: 'RUNNING' }).ids;
	const seen = await idsOf(sandbox, `/batch/jobs/${first}/events`, 'events');
	sandbox.steer.setJobStatus(first!, { status: 'COMPLETED' });
	const path = `/batch/jobs/${first}/events?offset=${seen.length}`;
	const { body } = await call<{ events: Array<{ event_type: string }> }>(sandbox, path);
	expect(body.events.map(({ event_type }) => event_type)).toEqual(['job.completed']);
	const [second] = sandbox.steer.seed().ids;
	expect((await idsOf(sandbox, '/batch/jobs', 'jobs'))[0]).toBe(second);
});

test('X4: orders are chosen at the start, for all lists or for some', async () => {
	const all = await start({ listOrder: 'random' });
	expect(new Set(Object.values(all.steer.options().listOrder))).toEqual(new Set(['random']));
	const some = await start({ listOrder: { jobs: 'oldest', events: 'newest' } });
	expect(some.steer.options().listOrder).toMatchObject({
		...{ jobs: 'oldest', events: 'newest' },
		...{ outputs: 'newest', progress: 'oldest' },
	});
});

test('X4: a list or an order that is none is refused with its name', async () => {
	const sandbox = await start();
	const change = (listOrder: object) => () => sandbox.steer.options({ listOrder });
	expect(change({ evnets: 'newest' })).toThrow('evnets');
	expect(change({ events: 'latest' })).toThrow('listOrder');
});
