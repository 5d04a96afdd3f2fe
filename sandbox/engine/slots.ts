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

	/** Takes a slot for a job that is already running, whatever the limit. */
	keep(jobId: string) {
		this.held.add(jobId);
	}

	/** Calls `proceed` as soon as there is a slot for the job, perhaps immediately. */
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

	/** Lets in as many jobs as there is room for, e.g. after the limit changed. */
	fill() {
		while (this.waiting.length > 0 && this.held.size < this.limit()) {
			const { jobId, proceed } = this.waiting.shift()!;
			this.held.add(jobId);
			proceed();
		}
	}
}
