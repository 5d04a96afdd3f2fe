interface Waiting {
	jobId: string;
	proceed: () => void;
}

/** Limits how many jobs run at the same time; the others wait, first come first served. */
export class Slots {
	private readonly held = new Set<string>();
	private waiting: Waiting[] = [];

	/** `limit` returns the current limit. */
	constructor(private readonly limit: () => number) {}

	/** Takes a slot for a job that runs already, whatever the limit. */
	keep(jobId: string) {
		this.held.add(jobId);
	}

	/** Calls `proceed` as soon as there is a slot for the job, perhaps at once. */
	take(jobId: string, proceed: () => void) {
		this.waiting.push({ jobId, proceed });
		this.fill();
	}

	/** Gives up the job's slot, or its place in the queue. */
	leave(jobId: string) {
		this.waiting = this.waiting.filter((other) => other.jobId !== jobId);
		this.held.delete(jobId);
		this.fill();
	}

	/** Lets in whoever there is room for, as after a change of the limit. */
	fill() {
		while (this.waiting.length > 0 && this.held.size < this.limit()) {
			const { jobId, proceed } = this.waiting.shift()!;
			this.held.add(jobId);
			proceed();
		}
	}
}
