import { createHash } from 'node:crypto';

/** Characters of a job's key: 48 bits, so that 20,000 jobs have keys of their own. */
export const KEY_LENGTH = 8;

/** Keys made lately: a poll asks for those of the same jobs several times. */
const keys = new Map<string, string>();
const MOST_KEYS = 50_000;

/** What stands for a job's ID where thousands are remembered. */
export function keyOf(jobId: string): string {
	let key = keys.get(jobId);
	if (key === undefined) {
		key = createHash('sha256').update(jobId).digest('base64url').slice(0, KEY_LENGTH);
		if (keys.size >= MOST_KEYS) keys.clear();
		keys.set(jobId, key);
	}
	return key;
}
