/** Admits a limited number at a time, first come, first served. Waiting can be aborted. */
export class Semaphore {
	private inside = 0;
	private readonly waiting: Array<() => void> = [];

	constructor(private most: number) {}

	/** How many are inside. */
	get count(): number {
		return this.inside;
	}

	/** How many may be inside; if the limit is lowered, those above it stay until they leave. */
	get limit(): number {
		return this.most;
	}

	set limit(most: number) {
		this.most = most;
		this.admit();
	}

	/**
	 * Resolves when there is room, with a function that frees the place; calling that again does nothing.
	 *
	 * @throws the signal's reason if it fires first.
	 */
	async enter(signal?: AbortSignal): Promise<() => void> {
		signal?.throwIfAborted();
		await new Promise<void>((resolve, reject) => {
			const enter = () => {
				signal?.removeEventListener('abort', giveUp);
				resolve();
			};
			const giveUp = () => {
				this.waiting.splice(this.waiting.indexOf(enter), 1);
				reject(signal?.reason as Error);
			};
			signal?.addEventListener('abort', giveUp, { once: true });
			this.waiting.push(enter);
			this.admit();
		});
		let isInside = true;
		return () => {
			if (!isInside) return;
			isInside = false;
			this.inside--;
			this.admit();
		};
	}

	private admit(): void {
		while (this.inside < this.most) {
			const enter = this.waiting.shift();
			if (enter === undefined) return;
			this.inside++;
			enter();
		}
	}
}
