import fc from 'fast-check';

import { Throttle } from '../../../nodes/ArchetypeAi/api/throttle';
import type { Load } from '../../../nodes/ArchetypeAi/api/throttle';
import type { RetryLimits } from '../../../nodes/ArchetypeAi/api/retry';

const FINE: Load = { isTooMuch: false };
const TOO_MUCH: Load = { isTooMuch: true };

/** Requests through one throttle, each answered by the test. */
class Service {
	readonly throttle = new Throttle();
	/** Requests sent but not yet answered, oldest first. */
	readonly inFlight: Array<{ answer: (load: Load) => void; fail: (error: Error) => void }> = [];

	/** Resolves with the reply; `limits` as the client passes them. */
	async request(limits: RetryLimits = {}): Promise<Load> {
		const send = () =>
			new Promise<Load>((answer, fail) => {
				this.inFlight.push({ answer, fail });
			});
		return await this.throttle.pass(send, (load) => load, limits);
	}

	/** Enough requests that the throttle never runs out. */
	async crowd(requests = 1_000): Promise<void> {
		for (let i = 0; i < requests; i++) void this.request().catch(() => {});
		await settled();
	}

	/** Answers the oldest ones, one by one. */
	async answer(load: Load, times = 1): Promise<void> {
		for (let i = 0; i < times; i++) {
			this.inFlight.shift()!.answer(load);
			await settled();
		}
	}
}

/** Lets everything happen that can happen without time passing. */
const settled = () => jest.advanceTimersByTimeAsync(0);

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

describe('requests at the same time', () => {
	test('sixteen, as long as the service does not complain', async () => {
		const service = new Service();
		await service.crowd();
		expect(service.inFlight).toHaveLength(16);
		await service.answer(FINE, 500);
		expect(service.inFlight).toHaveLength(16);
	});

	test('a 429 halves them, down to one', async () => {
		const service = new Service();
		await service.crowd();
		for (const left of [8, 4, 2, 1, 1]) {
			// All that were in flight are answered, so the next ones are sent after the complaint.
			await service.answer(TOO_MUCH, service.inFlight.length);
			expect(service.inFlight).toHaveLength(left);
		}
	});

	test('a 429 halves what is in flight, not what might be', async () => {
		const service = new Service();
		await service.crowd(4);
		await service.answer(TOO_MUCH);
		await service.answer(FINE, 3);
		await service.crowd();
		expect(service.inFlight).toHaveLength(2);
	});

	test('several 429s to what was sent together count once', async () => {
		const service = new Service();
		await service.crowd();
		await service.answer(TOO_MUCH, 3);
		await service.answer(FINE, 13);
		expect(service.inFlight).toHaveLength(8);
	});

	test('twenty good replies in a row make room for one more, up to sixteen', async () => {
		const service = new Service();
		await service.crowd();
		await service.answer(TOO_MUCH, 16);
		await service.answer(FINE, 19);
		expect(service.inFlight).toHaveLength(8);
		await service.answer(FINE);
		expect(service.inFlight).toHaveLength(9);
		await service.answer(FINE, 20);
		expect(service.inFlight).toHaveLength(10);
		await service.answer(FINE, 500);
		expect(service.inFlight).toHaveLength(16);
	});

	test('a 429 in between lets the good replies count anew', async () => {
		const service = new Service();
		await service.crowd();
		await service.answer(TOO_MUCH, 16);
		await service.answer(FINE, 19);
		await service.answer(TOO_MUCH, 8);
		await service.answer(FINE, 19);
		expect(service.inFlight).toHaveLength(4);
	});

	test('a request that fails without a reply gives its place to the next', async () => {
		const service = new Service();
		const failing = service.request();
		await service.crowd();
		service.inFlight[0]!.fail(new Error('ECONNRESET'));
		await expect(failing).rejects.toThrow('ECONNRESET');
		await settled();
		expect(service.inFlight.slice(1)).toHaveLength(16);
	});
});

describe('Retry-After', () => {
	const busyFor = (seconds: number): Load => ({ isTooMuch: true, retryAfterMs: seconds * 1_000 });

	test('nothing is sent before its time has passed, not even what waited for its turn', async () => {
		const service = new Service();
		await service.crowd();
		await service.answer(busyFor(7));
		await service.answer(FINE, 15);
		await service.crowd();
		await jest.advanceTimersByTimeAsync(6_999);
		expect(service.inFlight).toHaveLength(0);
		await jest.advanceTimersByTimeAsync(1);
		expect(service.inFlight).toHaveLength(8);
	});

	test('of several the longest counts', async () => {
		const service = new Service();
		await service.crowd(3);
		await service.answer(busyFor(9));
		await service.answer(busyFor(2), 2);
		await service.crowd();
		await jest.advanceTimersByTimeAsync(8_999);
		expect(service.inFlight).toHaveLength(0);
		await jest.advanceTimersByTimeAsync(1);
		expect(service.inFlight).toHaveLength(1);
	});

	test('more than a minute is not waited for', async () => {
		const service = new Service();
		await service.crowd(1);
		await service.answer(busyFor(61));
		await service.crowd();
		expect(service.inFlight).toHaveLength(1);
	});

	test('who has no time for it learns from the service that it is too busy', async () => {
		const service = new Service();
		await service.crowd(1);
		await service.answer(busyFor(30));
		void service.request({ deadline: Date.now() + 20_000 });
		void service.request({ deadline: Date.now() + 40_000 });
		await settled();
		expect(service.inFlight).toHaveLength(1);
	});

	test('who only learns of it in the queue goes back to wait', async () => {
		const service = new Service();
		await service.crowd(17);
		// A slot is free now, and the waiting request may take it before it can know.
		service.inFlight.pop()!.answer(FINE);
		service.inFlight.shift()!.answer(busyFor(5));
		await settled();
		await service.answer(FINE, 14);
		expect(service.inFlight).toHaveLength(0);
		await jest.advanceTimersByTimeAsync(5_000);
		expect(service.inFlight).toHaveLength(1);
	});
});

describe('a cancelled request', () => {
	const stopped = new Error('stopped');

	test('ends at once while it waits for its turn, and its turn goes to the next', async () => {
		const service = new Service();
		await service.crowd(16);
		const controller = new AbortController();
		const waiting = service.request({ signal: controller.signal });
		await service.crowd(1);
		controller.abort(stopped);
		await expect(waiting).rejects.toBe(stopped);
		await service.answer(FINE);
		expect(service.inFlight).toHaveLength(16);
	});

	test('ends at once while the service wants to be left alone', async () => {
		const service = new Service();
		await service.crowd(1);
		await service.answer({ isTooMuch: true, retryAfterMs: 60_000 });
		const controller = new AbortController();
		const waiting = service.request({ signal: controller.signal });
		await settled();
		controller.abort(stopped);
		await expect(waiting).rejects.toBe(stopped);
		expect(service.inFlight).toHaveLength(0);
	});

	test('is not sent', async () => {
		const service = new Service();
		await expect(service.request({ signal: AbortSignal.abort(stopped) })).rejects.toBe(stopped);
		expect(service.inFlight).toHaveLength(0);
	});
});

test('whatever happens, every request ends, and no place is lost', async () => {
	const step = fc.oneof(
		fc.constant('send' as const),
		fc.constant('fine' as const),
		fc.constant('fail' as const),
		fc.record({ cancel: fc.nat(30) }),
		fc.record({ busyMs: fc.nat(3_000) }),
		fc.record({ passMs: fc.nat(3_000) }),
	);
	const property = fc.asyncProperty(fc.array(step, { maxLength: 120 }), async (steps) => {
		const service = new Service();
		const requests: Array<{ end: Promise<unknown>; controller: AbortController }> = [];
		for (const step of steps) {
			const controller = new AbortController();
			if (step === 'send') {
				const end = service.request({ signal: controller.signal }).catch(() => {});
				requests.push({ end, controller });
			} else if (step === 'fine') service.inFlight.shift()?.answer(FINE);
			else if (step === 'fail') service.inFlight.shift()?.fail(new Error('ECONNRESET'));
			else if ('cancel' in step) requests[step.cancel]?.controller.abort();
			else if ('passMs' in step) await jest.advanceTimersByTimeAsync(step.passMs);
			else service.inFlight.shift()?.answer({ isTooMuch: true, retryAfterMs: step.busyMs });
			if (step !== 'send') await settled();
			expect(service.inFlight.length).toBeLessThanOrEqual(16);
		}
		await jest.advanceTimersByTimeAsync(3_000);
		while (service.inFlight.length > 0) await service.answer(FINE);
		await Promise.all(requests.map(({ end }) => end));

		await service.crowd();
		await service.answer(FINE, 20 * 16);
		expect(service.inFlight).toHaveLength(16);
	});
	await fc.assert(property, { numRuns: 300 });
});
