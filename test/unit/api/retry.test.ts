import { defaultMaxListeners, getEventListeners } from 'node:events';
import { pause, withRetry } from '../../../nodes/ArchetypeAi/api/retry';
import type { Attempt, RetryLimits } from '../../../nodes/ArchetypeAi/api/retry';

const NOW = Date.parse('2026-06-02T08:00:00Z');

beforeEach(() => jest.useFakeTimers({ now: NOW }));
afterEach(() => {
	jest.restoreAllMocks();
	jest.useRealTimers();
});

const failed = (retryAfterMs?: number, retryable = true): Attempt<string> => ({
	ok: false,
	error: new Error('HTTP 503'),
	retryable,
	retryAfterMs,
});
const lasting = failed(undefined, false);

/** Plays the answers, repeating the last. Returns the outcome and when each try was made, in ms. */
async function play(answers: Array<Attempt<string>>, limits?: RetryLimits) {
	const tries: number[] = [];
	const running = withRetry(async () => {
		tries.push(Date.now() - NOW);
		return answers[Math.min(tries.length, answers.length) - 1]!;
	}, limits).catch((error: Error) => error.message);
	await jest.runAllTimersAsync();
	return { result: await running, tries, waits: tries.slice(1).map((at, i) => at - tries[i]!) };
}

describe('only what is safe to repeat is tried again', () => {
	test('a success is the result, with no second try', async () => {
		expect(await play([{ ok: true, value: 'done' }])).toMatchObject({ result: 'done', tries: [0] });
	});

	test('a failure that another try cannot help is the error at once', async () => {
		expect(await play([lasting])).toMatchObject({ result: 'HTTP 503', tries: [0] });
	});

	test('a failure that passes is forgotten', async () => {
		const { result, tries } = await play([failed(), failed(), { ok: true, value: 'done' }]);
		expect(result).toBe('done');
		expect(tries).toHaveLength(3);
	});

	test('a failure that turns out to be lasting ends the tries', async () => {
		const { result, tries } = await play([failed(), lasting]);
		expect(result).toBe('HTTP 503');
		expect(tries).toHaveLength(2);
	});

	test('five tries in all', async () => {
		const { result, tries } = await play([failed()]);
		expect(result).toBe('HTTP 503');
		expect(tries).toHaveLength(5);
	});

	test('what the attempt throws is not caught', async () => {
		const broken = withRetry(() => Promise.reject(new TypeError('a defect')));
		await expect(broken).rejects.toThrow('a defect');
	});
});

describe('growing waits with jitter', () => {
	test.each([
		['the shortest', 0, [250, 500, 1000, 2000]],
		['the longest', 1, [500, 1000, 2000, 4000]],
	])('%s', async (_, random, expected) => {
		jest.spyOn(Math, 'random').mockReturnValue(random);
		const { waits } = await play([failed()]);
		expect(waits).toEqual(expected);
	});

	test('two runs do not wait alike', async () => {
		const [one, other] = [await play([failed()]), await play([failed()])];
		expect(one.waits).not.toEqual(other.waits);
	});
});

describe('Retry-After is honoured and capped', () => {
	test('a longer wait than our own', async () => {
		expect((await play([failed(20_000), failed(60_000), failed(7)])).waits).toEqual([
			20_000,
			60_000,
			expect.any(Number),
			expect.any(Number),
		]);
	});

	test('a shorter one does not make us faster', async () => {
		const { waits } = await play([failed(0)]);
		expect(Math.min(...waits)).toBeGreaterThanOrEqual(250);
	});

	test('more than a minute is left to the host: the error, at once', async () => {
		expect(await play([failed(60_001)])).toMatchObject({ result: 'HTTP 503', tries: [0] });
		expect((await play([failed(), failed(Infinity)])).tries).toHaveLength(2);
	});
});

describe('no try starts after the deadline', () => {
	test('the error comes as soon as the next wait would end after it', async () => {
		const { result, tries } = await play([failed()], { deadline: NOW + 1_600 });
		expect(result).toBe('HTTP 503');
		expect(Math.max(...tries)).toBeLessThanOrEqual(1_600);
		expect(tries.length).toBeGreaterThanOrEqual(2);
		// Then everything is over: nothing is left waiting in the background.
		expect(jest.getTimerCount()).toBe(0);
	});

	test('one that has passed allows one try', async () => {
		expect((await play([failed()], { deadline: NOW - 1 })).tries).toEqual([0]);
		const done = await play([{ ok: true, value: 'done' }], { deadline: NOW - 1 });
		expect(done.result).toBe('done');
	});

	test('a service that asks for more time than there is gets no second try', async () => {
		expect((await play([failed(30_000)], { deadline: NOW + 29_000 })).tries).toEqual([0]);
	});
});

describe.each([
	['a host of today', () => withRetry],
	['an older host, whose sleep() knows no signal', withRetryOfOlderHost],
])("the execution's cancel signal stops at once: %s", (_, load) => {
	const retry = load();

	test('in the middle of a wait', async () => {
		const { signal, abort } = cancellation();
		const attempt = jest.fn(async () => failed(30_000));
		const ended = expect(retry(attempt, { signal })).rejects.toThrow('stopped by the user');
		await jest.advanceTimersByTimeAsync(1_000);
		abort();
		await ended;
		expect(Date.now() - NOW).toBe(1_000);
		expect(attempt).toHaveBeenCalledTimes(1);
	});

	test('when it comes during a try, no other follows', async () => {
		const { signal, abort } = cancellation();
		const attempt = jest.fn(async () => {
			abort();
			return failed();
		});
		await expect(retry(attempt, { signal })).rejects.toThrow('stopped by the user');
		expect(attempt).toHaveBeenCalledTimes(1);
	});

	test('and leaves no listener on the signal, however long the execution', async () => {
		const { signal } = cancellation();
		const add = jest.spyOn(AbortSignal.prototype, 'addEventListener');
		const remove = jest.spyOn(AbortSignal.prototype, 'removeEventListener');
		const ended = expect(retry(async () => failed(), { signal })).rejects.toThrow('HTTP 503');
		await jest.runAllTimersAsync();
		await ended;
		expect(add.mock.calls.length).toBeGreaterThan(0);
		expect(remove.mock.calls.length).toBe(add.mock.calls.length);
	});
});

test('many pauses at once are no leak of listeners, of which Node would warn', async () => {
	const { signal, abort } = cancellation();
	const pauses = Array.from({ length: 20 }, () => pause(5_000, signal));
	expect(getEventListeners(signal, 'abort').length).toBeLessThanOrEqual(defaultMaxListeners);
	abort();
	const ends = await Promise.allSettled(pauses);
	expect(ends).toEqual(Array(20).fill({ status: 'rejected', reason: signal.reason as Error }));
});

test('a pause without a signal just passes', async () => {
	const passed = pause(5_000).then(() => Date.now() - NOW);
	await jest.advanceTimersByTimeAsync(5_000);
	expect(await passed).toBe(5_000);
});

function cancellation() {
	const controller = new AbortController();
	return {
		signal: controller.signal,
		abort: () => controller.abort(new Error('stopped by the user')),
	};
}

function withRetryOfOlderHost(): typeof withRetry {
	const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
	let older = withRetry;
	jest.isolateModules(() => {
		jest.doMock('n8n-workflow', () => ({ sleep }));
		older = jest.requireActual<{ withRetry: typeof withRetry }>(
			'../../../nodes/ArchetypeAi/api/retry',
		).withRetry;
	});
	return older;
}
