import { createHash } from 'node:crypto';

/** Characters in a job's key: 48 bits, enough to keep 20,000 jobs apart. */
export const KEY_LENGTH = 8;

/** Recently computed keys: a poll needs those of the same jobs several times. */
const keys = new Map<string, string>();
const MOST_KEYS = 50_000;

/** Stands in for a job's ID where thousands are remembered. */
export function keyOf(jobId: string): string {
	let key = keys.get(jobId);
	if (key === undefined) {
		key = createHash('sha256').update(jobId).digest('base64url').slice(0, KEY_LENGTH);
		if (keys.size >= MOST_KEYS) keys.clear();
		keys.set(jobId, key);
	}
	return key;
}
