/** Connections to the storage: at most so many at once, first come, first served. */
export class Connections {
	private readonly waiting: Array<() => void> = [];

	constructor(private free: number) {}

	/**
	 * Resolves when there is room for one more, with what gives the room back; calling that again
	 * does nothing.
	 */
	async take(): Promise<() => void> {
		if (this.free > 0) this.free--;
		else await new Promise<void>((resolve) => this.waiting.push(resolve));
		let isTaken = true;
		return () => {
			if (!isTaken) return;
			isTaken = false;
			const next = this.waiting.shift();
			if (next === undefined) this.free++;
			else next();
		};
	}
}
