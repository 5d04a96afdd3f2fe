/** Lets so many in at a time, first come, first served. Who waits can give up. */
export class Semaphore {
	private inside = 0;
	private readonly waiting: Array<() => void> = [];

	constructor(private most: number) {}

	/** How many are inside. */
	get count(): number {
		return this.inside;
	}

	/** How many may be inside; those above a lowered limit stay until they leave. */
	get limit(): number {
		return this.most;
	}

	set limit(most: number) {
		this.most = most;
		this.admit();
	}

	/**
	 * Resolves when there is room, with what gives the place back; calling that again does nothing.
	 *
	 * @throws the signal's reason when it fires before that.
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
