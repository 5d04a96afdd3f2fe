import { sleep } from 'n8n-workflow';

/** How long to work without a break, ms, before others get their turn. */
const LONGEST_WORK_MS = 15;

/** Lets the rest of n8n run between the steps of a long task. */
export class Pace {
	private startedAt = Date.now();

	/** Call it between steps of a few milliseconds: resolves at once, or in the next turn. */
	async rest(): Promise<void> {
		if (Date.now() - this.startedAt < LONGEST_WORK_MS) return;
		await sleep(0);
		this.startedAt = Date.now();
	}
}
