import { setImmediate as nextTurn } from 'node:timers/promises';

/** Whole microseconds since the Unix epoch, the resolution of the service's timestamps. */
export type Micros = number;

export const MICROS_PER_MS = 1000;

/** Returns `2026-06-02T08:00:01.123456Z`, the live service's time format. */
export function isoMicros(time: Micros): string {
	const micros = String(time % MICROS_PER_MS).padStart(3, '0');
	return `${new Date(Math.floor(time / MICROS_PER_MS)).toISOString().slice(0, -1)}${micros}Z`;
}

type Action = () => void | Promise<void>;

interface Timer {
	due: Micros;
	action: Action;
}

/**
 * The sandbox's clock: runs `speed` times as fast as the host's and can be advanced by hand.
 * Everything time-driven (job steps, link expiry) follows it, so a test can skip hours.
 */
export class Clock {
	private timers: Timer[] = [];
	private wakeUp: NodeJS.Timeout | undefined;
	/** Sandbox time at the moment `anchoredAt` of the host's steady clock. */
	private base: Micros = Math.round((performance.timeOrigin + performance.now()) * MICROS_PER_MS);
	private anchoredAt = performance.now();
	private frozen = false;
	/** Actions run one at a time, even when an advance overlaps a timer. */
	private turn: Promise<void> = Promise.resolve();

	constructor(private readonly speed: number) {}

	now(): Micros {
		if (this.frozen) return this.base;
		const elapsedMs = (performance.now() - this.anchoredAt) * this.speed;
		return this.base + Math.round(elapsedMs * MICROS_PER_MS);
	}

	/** Moves the clock up to `time` if it is behind, so that a restart never goes back in time. */
	notBefore(time: Micros) {
		this.base += Math.max(time - this.now(), 0);
	}

	/** Runs `action` once the clock reaches `due`. Returns a function that cancels it. */
	at(due: Micros, action: Action): () => void {
		const timer = { due, action };
		// Sorted by due time; ties run in the order they were scheduled.
		let index = this.timers.length;
		while (index > 0 && this.timers[index - 1]!.due > due) index--;
		this.timers.splice(index, 0, timer);
		this.arm();
		return () => {
			this.timers = this.timers.filter((other) => other !== timer);
		};
	}

	/** Advances the clock by `ms`, running whatever falls due at its own time. */
	advance(ms: number): Promise<void> {
		return this.takeTurn(async () => {
			const wasFrozen = this.frozen;
			this.freeze();
			const target = this.base + Math.round(ms * MICROS_PER_MS);
			for (let timer = this.nextDue(target); timer; timer = this.nextDue(target)) {
				this.base = Math.max(this.base, timer.due);
				await this.run(timer);
			}
			this.base = target;
			if (!wasFrozen) this.resume();
		});
	}

	/** Stops the clock: from now on only {@link advance} moves it. */
	freeze() {
		this.base = this.now();
		this.frozen = true;
		clearTimeout(this.wakeUp);
	}

	resume() {
		if (!this.frozen) return;
		this.frozen = false;
		this.anchoredAt = performance.now();
		this.arm();
	}

	/** Cancels everything pending and waits for what is running. */
	async stop() {
		this.timers = [];
		clearTimeout(this.wakeUp);
		await this.turn;
		this.timers = [];
		clearTimeout(this.wakeUp);
	}

	private arm() {
		clearTimeout(this.wakeUp);
		const [next] = this.timers;
		if (!next || this.frozen) return;
		const waitMs = (next.due - this.now()) / MICROS_PER_MS / this.speed;
		// setTimeout fires immediately for delays of 2^31 ms or more.
		this.wakeUp = setTimeout(() => void this.runDue(), Math.min(Math.max(waitMs, 0), 2 ** 31 - 1));
	}

	private runDue(): Promise<void> {
		return this.takeTurn(async () => {
			for (let timer = this.nextDue(this.now()); timer; timer = this.nextDue(this.now())) {
				await this.run(timer);
			}
			this.arm();
		});
	}

	private async run({ action }: Timer) {
		await action();
		// Many actions can be due at once: let requests through in between.
		await nextTurn();
	}

	private nextDue(limit: Micros): Timer | undefined {
		return this.timers[0] && this.timers[0].due <= limit ? this.timers.shift() : undefined;
	}

	private takeTurn(work: () => Promise<void>): Promise<void> {
		const turn = this.turn.then(work);
		// A failed action must not block those after it.
		this.turn = turn.catch(() => {});
		return turn;
	}
}
