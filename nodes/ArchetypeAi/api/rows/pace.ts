import { sleep } from 'n8n-workflow';

/** Work without a break, ms, after which others get their turn. */
const LONGEST_WORK_MS = 15;

/** Lets the rest of n8n do its work between the steps of a long one. */
export class Pace {
	private startedAt = Date.now();

	/** To be called between steps of a few milliseconds: resolves at once, or in the next turn. */
	async rest(): Promise<void> {
		if (Date.now() - this.startedAt < LONGEST_WORK_MS) return;
		await sleep(0);
		this.startedAt = Date.now();
	}
}
