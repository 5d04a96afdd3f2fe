import { setTimeout as sleep } from 'node:timers/promises';

const PAUSE_MS = 300;

/**
 * Looks again and again until there is something to see, and returns that.
 *
 * @param complaint what to say, with the time, when nothing was seen in time
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
