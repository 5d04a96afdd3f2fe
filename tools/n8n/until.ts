import { setTimeout as sleep } from 'node:timers/promises';

const PAUSE_MS = 300;

/**
 * Polls until there is something to see, and returns it.
 *
 * @param complaint the error message, to which the time is added, if nothing was seen in time
 */
export async function until<Sight>(
	timeoutMs: number,
	complaint: string,
	look: () => Promise<Sight | undefined | false>,
): Promise<Sight> {
	const deadline = Date.now() + timeoutMs;
	for (;;) {
		const seen = await look();
		if (seen) return seen;
		if (Date.now() > deadline) throw new Error(`${complaint} within ${timeoutMs / 1000} s.`);
		await sleep(PAUSE_MS);
	}
}
