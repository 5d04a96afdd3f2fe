import { createHash } from 'node:crypto';

/** Characters of a job's key: 48 bits, so that 20,000 jobs have keys of their own. */
export const KEY_LENGTH = 8;

/** What stands for a job's ID where thousands are remembered. */
export function keyOf(jobId: string): string {
	return createHash('sha256').update(jobId).digest('base64url').slice(0, KEY_LENGTH);
}
