import { LONGEST_WAIT_MS, pause } from './retry';
import type { RetryLimits } from './retry';
import { Semaphore } from './semaphore';

/** The most requests in flight while the service has not returned 429. */
const MOST_AT_ONCE = 16;
/** Consecutive replies without a 429 after which one more request may be in flight. */
const REPLIES_TO_RECOVER = 20;

/** What a reply says about the service's load. */
export interface Load {
	/** The service answers 429. */
	isTooMuch: boolean;
	/** How long it asks clients to wait, ms; undefined when it does not say. */
	retryAfterMs?: number;
}

/**
 * All requests of a client to the service pass through here. After a 429, half as many requests run at
 * once, and none before its `Retry-After` has passed; every 20 good replies allow one more again.
 */
export class Throttle {
	private readonly inFlight = new Semaphore(MOST_AT_ONCE);
	private closedUntil = 0;
	private goodReplies = 0;
	/** 429s that lowered the limit; for requests sent before the last one, a 429 does not count again. */
	private complaints = 0;

	/**
	 * Sends when there is room. A wait that would go past the deadline is not started: the service then says
	 * right away that it is too busy.
	 *
	 * @throws the signal's reason if it fires before sending, and whatever `send` throws.
	 */
	async pass<Reply>(
		send: () => Promise<Reply>,
		loadOf: (reply: Reply) => Load,
		limits: RetryLimits,
	): Promise<Reply> {
		const leave = await this.enter(limits);
		const { complaints } = this;
		try {
			const reply = await send();
			const { isTooMuch, retryAfterMs } = loadOf(reply);
			if (isTooMuch) this.slowDown(complaints, retryAfterMs);
			else this.recover();
			return reply;
		} finally {
			leave();
		}
	}

	private async enter(limits: RetryLimits): Promise<() => void> {
		for (;;) {
			for (let wait = this.wait(limits); wait > 0; wait = this.wait(limits)) {
				await pause(wait, limits.signal);
			}
			const leave = await this.inFlight.enter(limits.signal);
			// It may have closed while this request was waiting.
			if (this.wait(limits) <= 0) return leave;
			leave();
		}
	}

	/** How long to wait before sending a request with this deadline, ms. */
	private wait({ deadline = Infinity }: RetryLimits): number {
		return this.closedUntil > deadline ? 0 : this.closedUntil - Date.now();
	}

	private slowDown(complaintsWhenSent: number, retryAfterMs = 0): void {
		this.goodReplies = 0;
		if (complaintsWhenSent === this.complaints) {
			this.complaints++;
			const { limit, count } = this.inFlight;
			this.inFlight.limit = Math.max(1, Math.floor(Math.min(limit, count) / 2));
		}
		// Longer waits end in an error, as for the request that got the 429.
		if (retryAfterMs > LONGEST_WAIT_MS) return;
		this.closedUntil = Math.max(this.closedUntil, Date.now() + retryAfterMs);
	}

	private recover(): void {
		this.goodReplies++;
		if (this.goodReplies < REPLIES_TO_RECOVER) return;
		this.goodReplies = 0;
		this.inFlight.limit = Math.min(MOST_AT_ONCE, this.inFlight.limit + 1);
	}
}
