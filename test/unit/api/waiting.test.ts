import { waitUntil, type Wait } from '../../../nodes/ArchetypeAi/api/waiting';

const NOW = Date.parse('2026-06-02T08:00:00Z');
beforeEach(() => jest.useFakeTimers({ now: NOW }));
afterEach(() => jest.useRealTimers());

const MINUTE = 60_000;

/** Waits until `overAt` ms; `fails` says which checks fail. Returns the result and check times. */
async function play(
	overAt: number,
	{
		fails = () => false,
		...wait
	}: Partial<Wait<number>> & { fails?: (at: number) => boolean } = {},
) {
	const looks: number[] = [];
	const start = Date.now();
	const waiting = waitUntil<number>({
		async look() {
			const at = Date.now() - start;
			looks.push(at);
			if (fails(at)) throw new Error('HTTP 503');
			return await Promise.resolve(at);
		},
		isOver: (at) => at >= overAt,
		isPassing: () => true,
		limitMs: 60 * MINUTE,
		...wait,
	}).catch((error: Error) => error.message);
	await jest.advanceTimersByTimeAsync(120 * MINUTE);
	return { result: await waiting, looks, ended: looks.at(-1)! };
}

test('what is over at once is seen at the first look', async () => {
	expect(await play(0)).toEqual({ result: { row: 0, isOver: true }, looks: [0], ended: 0 });
});

test('the pauses grow from 2 to 30 seconds', async () => {
	const { looks } = await play(10 * MINUTE);
	const pauses = looks.slice(1).map((at, index) => at - looks[index]!);
	expect(pauses.slice(0, 4)).toEqual([2_000, 3_000, 4_500, 6_750]);
	expect(new Set(pauses.slice(7))).toEqual(new Set([30_000]));
	expect(looks.length).toBeLessThan(30);
});

test('the limit ends it with the state as it is, after a last look', async () => {
	const { result, ended } = await play(Infinity, { limitMs: 100_000 });
	expect(result).toEqual({ row: 100_000, isOver: false });
	expect(ended).toBe(100_000);
});

test('the signal ends it at once, in the middle of a pause', async () => {
	const controller = new AbortController();
	setTimeout(() => controller.abort(new Error('stopped')), 61_000);
	const before = Date.now();
	let endedAt = 0;
	const waiting = waitUntil<number>({
		look: () => Promise.resolve(0),
		isOver: () => false,
		isPassing: () => true,
		limitMs: 60 * MINUTE,
		signal: controller.signal,
	}).catch((error: Error) => {
		endedAt = Date.now() - before;
		return error.message;
	});
	await jest.advanceTimersByTimeAsync(2 * MINUTE);
	expect(await waiting).toBe('stopped');
	expect(endedAt).toBe(61_000);
});

test('an outage of minutes is waited through, a longer one is its error', async () => {
	const outage = (minutes: number) => (at: number) => at > 5_000 && at < minutes * MINUTE;
	expect((await play(20 * MINUTE, { fails: outage(4) })).result).toMatchObject({ isOver: true });
	expect((await play(20 * MINUTE, { fails: outage(9) })).result).toBe('HTTP 503');
});

test('a first look that fails is the error at once', async () => {
	const { result, looks } = await play(MINUTE, { fails: () => true });
	expect([result, looks]).toEqual(['HTTP 503', [0]]);
});

test('an error that cannot pass ends it', async () => {
	const { result, looks } = await play(MINUTE, { fails: (at) => at > 0, isPassing: () => false });
	expect([result, looks]).toEqual(['HTTP 503', [0, 2_000]]);
});

test('the limit ends an outage, too', async () => {
	const { result, ended } = await play(MINUTE, { fails: (at) => at > 0, limitMs: 10_000 });
	expect([result, ended]).toEqual(['HTTP 503', 10_000]);
});

test('a limit that is over already leaves one look', async () => {
	expect(await play(MINUTE, { limitMs: -5_000 })).toEqual({
		...{ result: { row: 0, isOver: false }, looks: [0], ended: 0 },
	});
});
