/** Wakes up at a given time. */
interface Alarm {
	at: number;
	ring: () => void;
}

/** Time that passes only while everyone is waiting. Epoch ms. */
export class VirtualTime {
	now = Date.parse('2026-06-01T00:00:00Z');
	private alarms: Alarm[] = [];

	async until(at: number): Promise<void> {
		if (at <= this.now) return;
		await new Promise<void>((ring) => this.alarms.push({ at, ring }));
	}

	async sleep(ms: number): Promise<void> {
		await this.until(this.now + ms);
	}

	/** Lets time pass until the work is done; whatever is still asleep then is dropped. */
	async drive<T>(work: Promise<T>): Promise<T> {
		let isDone = false;
		const done = work.finally(() => (isDone = true));
		done.catch(() => {});
		for (;;) {
			await new Promise((resolve) => setImmediate(resolve));
			if (isDone) break;
			const next = this.alarms.reduce<Alarm | undefined>(
				(first, alarm) => (first === undefined || alarm.at < first.at ? alarm : first),
				undefined,
			);
			if (next === undefined) throw new Error('everybody waits for ever');
			this.now = Math.max(this.now, next.at);
			const rings = this.alarms.filter(({ at }) => at <= this.now);
			this.alarms = this.alarms.filter(({ at }) => at > this.now);
			for (const { ring } of rings) ring();
		}
		this.alarms = [];
		return await done;
	}
}
