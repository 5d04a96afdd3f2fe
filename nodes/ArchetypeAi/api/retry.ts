import { sleep } from 'n8n-workflow';

/** Total tries, including the first. */
const MAX_ATTEMPTS = 5;
const FIRST_WAIT_MS = 500;
/** The longest wait for a service that asks for one. */
export const LONGEST_WAIT_MS = 60_000;

/** The result of one try, or the error to end with and whether another try can help. */
export type Attempt<T, E extends Error = Error> =
	{ ok: true; value: T } | { ok: false; error: E; retryable: boolean; retryAfterMs?: number };

export interface RetryLimits {
	/** Ends waiting at once when the execution is cancelled. */
	signal?: AbortSignal;
	/** Epoch ms after which no further try may start. */
	deadline?: number;
	/** Total tries, including the first; five by default. */
	attempts?: number;
}

/**
 * Runs `attempt` until it succeeds, fails for good, or has been tried five times. Waits 0.5, 1, 2, 4 s
 * (minus jitter of up to half), or what the service asked for if that is longer. If it asks for more
 * than a minute, or past the deadline, fails at once: the host can back off better than a sleeping node.
 *
 * @throws the last attempt's error, or the signal's reason when the execution was cancelled.
 */
export async function withRetry<T>(
	attempt: () => Promise<Attempt<T>>,
	{ signal, deadline = Infinity, attempts = MAX_ATTEMPTS }: RetryLimits = {},
): Promise<T> {
	for (let tries = 1; ; tries++) {
		const result = await attempt();
		if (result.ok) return result.value;

		const wait = Math.max(backoffMs(tries), result.retryAfterMs ?? 0);
		const hopeless =
			!result.retryable ||
			tries >= attempts ||
			wait > LONGEST_WAIT_MS ||
			Date.now() + wait > deadline;
		if (hopeless) throw result.error;
		await pause(wait, signal);
	}
}

/** Wait before the try after `tries`, in ms: doubled each time, half of it random. */
export function backoffMs(tries: number): number {
	const full = FIRST_WAIT_MS * 2 ** (tries - 1);
	return full / 2 + (Math.random() * full) / 2;
}

/** Resolves after `ms`, or rejects with the reason of `until` as soon as it fires. */
export async function pause(ms: number, until?: AbortSignal): Promise<void> {
	if (until === undefined) return await sleep(ms);
	until.throwIfAborted();

	// One for each wait: Node warns about a signal with many listeners.
	const signal = AbortSignal.any([until]);
	let stop = () => {};
	const aborted = new Promise<never>((_, reject) => {
		stop = () => reject(signal.reason as Error);
		signal.addEventListener('abort', stop, { once: true });
	});
	// Older hosts' sleep() ignores the signal, so the race is needed.
	await Promise.race([sleep(ms, signal), aborted]).finally(() =>
		signal.removeEventListener('abort', stop),
	);
}
