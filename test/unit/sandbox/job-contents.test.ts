import type { Sandbox } from '../../../sandbox';
import { call, outputsOf, start, type OutputList } from './support';

interface InputRow {
	id: string;
	port_name: string;
	status: string;
	data: { ref: string; num_bytes: number };
}
interface InputList {
	total: number;
	inputs: InputRow[];
}
interface ProgressList {
	total: number;
	items: Array<{
		input: InputRow;
		latest_progress: { metrics: { percent_complete: number } } | null;
		step: number | null;
	}>;
}

const size = { inputs: 10, shots: 4, outputs: 25, outputBytes: 1000 };

async function seeded(status: 'RUNNING' | 'COMPLETED'): Promise<[Sandbox, string]> {
	const sandbox = await start();
	return [sandbox, sandbox.steer.seed({ ...size, status }).ids[0]!];
}

test('inputs are filtered by port and by status, reference files included', async () => {
	const [sandbox, id] = await seeded('RUNNING');
	const total = async (query: string) =>
		(await call<InputList>(sandbox, `/batch/jobs/${id}/inputs?${query}`)).body.total;
	expect(await total('')).toBe(14);
	expect(await total('port_name=worker.n_shots')).toBe(4);
	expect(await total('status=reference')).toBe(4);
	expect(await total('status=completed')).toBe(5);
	expect(await total('status=processing&port_name=worker.inference')).toBe(1);
	expect(await total('status=processing&port_name=worker.n_shots')).toBe(0);
});

test('an input links to a file of the size it says', async () => {
	const [sandbox, id] = await seeded('COMPLETED');
	const { body } = await call<InputList>(sandbox, `/batch/jobs/${id}/inputs?limit=1`);
	const { ref, num_bytes } = body.inputs[0]!.data;
	const file = await (await fetch(ref)).text();
	expect(file).toHaveLength(num_bytes);
	expect(file).toMatch(/^DATE_TIME,/);
});

test('progress takes several statuses, never reference files, and ranks what is done', async () => {
	const [sandbox, id] = await seeded('RUNNING');
	const get = async (query: string) =>
		(await call<ProgressList>(sandbox, `/batch/jobs/${id}/inputs/progress?limit=50&${query}`)).body;
	expect((await get('')).total).toBe(10);
	const active = await get('status=processing&status=pending');
	expect(active.items.map(({ input }) => input.status)).toEqual([
		'processing',
		...Array<string>(4).fill('pending'),
	]);
	expect(active.items[0]!.latest_progress!.metrics.percent_complete).toBe(50);
	expect(active.items[1]!.latest_progress).toBeNull();
	const done = await get('status=completed');
	expect(done.items.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5]);
	const latest = await get('status=completed&order=desc');
	expect(latest.items.map(({ step }) => step)).toEqual([5, 4, 3, 2, 1]);
});

test('outputs of an input are its parts; together they are all outputs', async () => {
	const [sandbox, id] = await seeded('COMPLETED');
	const all = await outputsOf(sandbox, id);
	expect(all).toHaveLength(25);
	expect(new Set(all.map((output) => output.data.filename)).size).toBe(25);
	const inputs = [...new Set(all.map((output) => output.input_id))];
	const parts = await Promise.all(
		inputs.map((input) =>
			call<OutputList>(sandbox, `/batch/jobs/${id}/outputs?limit=100&input_id=${input}`),
		),
	);
	expect(inputs).toHaveLength(10);
	expect(parts.flatMap(({ body }) => body.outputs.reverse().map((output) => output.id))).toEqual(
		all.map((output) => output.id),
	);
	expect(parts[0]!.body.outputs[0]!.data.filename).toBe('pred_sensor_00001_part_0.csv');
});

test('outputs are filtered by port', async () => {
	const [sandbox, id] = await seeded('COMPLETED');
	const total = async (port: string) =>
		(await call<OutputList>(sandbox, `/batch/jobs/${id}/outputs?port_name=${port}`)).body.total;
	expect([await total('worker.results'), await total('results')]).toEqual([25, 0]);
});

test('events are filtered by level and type', async () => {
	const [sandbox, id] = await seeded('COMPLETED');
	const get = async (query: string) =>
		(
			await call<{ events: Array<{ event_type: string }> }>(
				sandbox,
				`/batch/jobs/${id}/events?${query}`,
			)
		).body.events.map(({ event_type }) => event_type);
	expect(await get('')).toEqual(['job.admitted', 'job.started', 'job.completed']);
	expect(await get('level=SUCCESS')).toEqual(['job.completed']);
	expect(await get('event_type=job.started')).toEqual(['job.started']);
});

test('outputs with any name, bytes and size can be added', async () => {
	const [sandbox, id] = await seeded('RUNNING');
	const before = (await outputsOf(sandbox, id)).length;
	await sandbox.steer.addOutputs(id, [
		{ filename: '../a/\0b.csv', content: 'x\n1\n' },
		{ filename: 'empty.csv', content: '' },
		{ filename: 'wrong.csv', bytes: 500, numBytes: 499 },
	]);
	const added = (await outputsOf(sandbox, id)).slice(before);
	expect(added.map(({ data }) => [data.filename, data.num_bytes])).toEqual([
		['../a/\0b.csv', 4],
		['empty.csv', 0],
		['wrong.csv', 499],
	]);
	const bodies = await Promise.all(added.map(async ({ data }) => (await fetch(data.ref)).text()));
	expect(bodies.map((body) => body.length)).toEqual([4, 0, 500]);
});
