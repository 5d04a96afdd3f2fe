// Histories found by generation, minimized.
import { LIMITS } from '../../../nodes/ArchetypeAi/trigger/limits';
import { play } from './history';
import type { Happening, Script } from './history';
import { PROMISES } from './promises';

const QUIET = { before: [], gapMs: 1_000, burst: [], endsAll: false, within: [], trouble: [] };
const DAY_MS = 24 * 3_600_000;
const CREATE: Happening = { kind: 'create', pick: 0, skewMs: 0 };
const creates = (count: number) => Array<Happening>(count).fill(CREATE);
const createWithin = (...requests: number[]) =>
	requests.map((request) => ({ request, happening: CREATE }));
const scriptOf = (script: Pick<Script, 'order' | 'latencyMs' | 'isDurable' | 'steps'>): Script => ({
	...{ clamp: 7, headerSkewMs: 0, hostSkewMs: 0, lateTotalMs: 0, lagMs: 0, stampMs: 1 },
	...{ keepsStamps: true, keepsStart: false, noZone: false, dropsFirst: false },
	...{ limits: LIMITS, isLong: true, past: [], ...script },
});

test('a job that was given up on and shows up again: the end before its retry is not reported twice', async () => {
	const script = scriptOf({
		...{ order: 'newest', latencyMs: 20, isDurable: false },
		steps: [
			{
				...QUIET,
				before: [{ kind: 'create', pick: 47_952, skewMs: 0 }],
				endsAll: true,
				within: [{ request: 0, happening: { kind: 'retry', pick: 0, skewMs: 0 } }],
			},
			{
				...QUIET,
				within: [{ request: 0, happening: { kind: 'malformed', pick: 0, skewMs: 0 } }],
			},
			{ ...QUIET, trouble: [{ how: 'lost', where: 'by id' }] },
			{ ...QUIET, gapMs: DAY_MS },
			QUIET,
		],
	});
	expect(await play(script, PROMISES.troubles.options)).toEqual([]);
});

test('a service that is so slow that the edge takes all the time: the one job behind it is found', async () => {
	const script = scriptOf({
		...{ order: 'oldest', latencyMs: 9_000, isDurable: true },
		steps: [
			{
				...QUIET,
				before: creates(1),
				burst: Array<number>(9).fill(0),
				endsAll: true,
				within: createWithin(0),
			},
			QUIET,
		],
	});
	expect(await play({ ...script, keepsStamps: false }, PROMISES.slow.options)).toEqual([]);
});

test('a service that is so slow that the edge takes all the time: a job is asked for by its ID, too', async () => {
	const script = scriptOf({
		...{ order: 'oldest', latencyMs: 9_000, isDurable: true },
		steps: [
			{ ...QUIET, before: creates(1), burst: [0, 0] },
			{ ...QUIET, before: creates(4), within: createWithin(0) },
			{ ...QUIET, before: creates(1), within: createWithin(0) },
			{ ...QUIET, within: createWithin(0) },
			{ ...QUIET, before: creates(1), endsAll: true },
		],
	});
	expect(await play({ ...script, keepsStamps: false }, PROMISES.slow.options)).toEqual([]);
});

test('a list that is new to its end and grows while it is read is read to its end', async () => {
	const script = scriptOf({
		...{ order: 'newest', latencyMs: 20, isDurable: false },
		steps: [
			{ ...QUIET, burst: [0, 0, 0, 0, 0], accident: 'killed between' },
			{ ...QUIET, before: creates(2), within: createWithin(0, 5) },
			{ ...QUIET, gapMs: 600_000, accident: 'killed' },
		],
	});
	expect(await play(script, PROMISES.classic.options)).toEqual([]);
});

test('a retried job that was preempted before watching began: its start is not of the time since', async () => {
	const happening = (kind: Happening['kind'], pick = 0): Happening => ({ kind, pick, skewMs: 0 });
	const script = scriptOf({ order: 'newest', latencyMs: 20, isDurable: false, steps: [] });
	const past = [
		...creates(1),
		...(['CANCELLED', 'retry', 'RUNNING', 'PREEMPTED', 'ADMITTED'] as const).map((kind) =>
			happening(kind),
		),
	];
	const steps = [{ ...QUIET, before: [happening('FAILED')] }];
	expect(await play({ ...script, past, steps }, PROMISES.clocks.options)).toEqual([]);
});

test('a short list, oldest first, in short pages: it is read whole when watching begins', async () => {
	const script = scriptOf({
		...{ order: 'oldest', latencyMs: 20, isDurable: false },
		steps: [
			{
				...QUIET,
				endsAll: true,
				within: [{ request: 0, happening: { ...CREATE, skewMs: -180_000 } }],
			},
		],
	});
	expect(await play({ ...script, past: creates(15) }, PROMISES.clocks.options)).toEqual([]);
});

test('rows of one second look sorted by chance: what a first look has missed was there before', async () => {
	const script = scriptOf({ order: 'shuffled', latencyMs: 20, isDurable: false, steps: [QUIET] });
	const happening = (kind: Happening['kind'], pick = 0): Happening => ({ kind, pick, skewMs: 0 });
	const past = Array.from({ length: 12 }, (_, at) => [
		...creates(1),
		happening('RUNNING', at),
		happening('FAILED', at),
	]).flat();
	for (let lists = 0; lists < 30; lists++) {
		const oneOf = { ...script, stampMs: 1_000, past: [...past, ...creates(lists)] };
		expect(await play(oneOf, PROMISES.orders.options)).toEqual([]);
	}
});

test('a list of active jobs that hangs does not hold up the others', async () => {
	const script = scriptOf({
		...{ order: 'newest', latencyMs: 20, isDurable: true },
		steps: [
			{
				...QUIET,
				before: [...creates(1), { kind: 'COMPLETED', pick: 10, skewMs: 0 }, ...creates(4)],
			},
		],
	});
	const past: Happening[] = [
		...creates(11),
		{ kind: 'RUNNING', pick: 10, skewMs: 0 },
		...creates(25),
	];
	const outage = { where: 'running', how: 'hang' } as const;
	expect(await play({ ...script, past, outage }, PROMISES.outage.options)).toEqual([]);
});

test('where watching begins, a service so slow that the edge cannot be read: what is there was there before', async () => {
	const script = scriptOf({
		...{ order: 'oldest', latencyMs: 9_000, isDurable: true },
		steps: [QUIET],
	});
	const idle = (count: number) =>
		Array<Happening>(count).fill({ kind: 'ADMITTED', pick: 0, skewMs: 0 });
	// The last job is created in a different second than the others.
	for (let pauses = 0; pauses < 25; pauses++) {
		const past: Happening[] = [
			...idle(pauses),
			...creates(11),
			{ kind: 'CANCELLED', pick: 10, skewMs: 0 },
		];
		const oneOf = { ...script, stampMs: 1_000, keepsStamps: false, past };
		expect(await play(oneOf, PROMISES.slow.options)).toEqual([]);
	}
});

test('lists of active jobs that are out for good: a job far down that is retried and ends is left to the sweep', async () => {
	const script = scriptOf({ order: 'newest', latencyMs: 20, isDurable: false, steps: [] });
	const moves = (...kinds: Array<Happening['kind']>) =>
		kinds.map((kind) => ({ kind, pick: 0, skewMs: 0 }));
	const burst = Array<number>(9).fill(1);
	for (const where of ['active', 'running'] as const) {
		const steps = [
			{ ...QUIET, before: moves('RUNNING', 'FAILED') },
			{ ...QUIET, before: moves('retry', 'RUNNING'), burst },
			{ ...QUIET, before: moves('FAILED'), burst },
		];
		for (const how of ['hang', 'error'] as const) {
			const oneOf = { ...script, isLong: false, past: creates(5), outage: { where, how }, steps };
			expect(await play(oneOf, PROMISES.outage.options)).toEqual([]);
		}
	}
});
