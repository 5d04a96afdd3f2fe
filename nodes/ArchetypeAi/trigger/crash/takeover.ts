import { z } from 'zod';

import { packJobs } from '../decide/followed';
import type { FollowedJobs } from '../decide/followed';
import { keyOf } from '../decide/hash';
import { DUE } from '../decide/round';
import { blank } from '../decide/state';
import type { Identity, State } from '../decide/state';

const ledgerSchema = z.object({ floor: z.number(), entries: z.string() });

/** What the first version stored. */
const firstVersionSchema = z.object({
	version: z.literal(1),
	config: z.string(),
	active: z.record(z.tuple([z.string(), z.number(), z.number(), z.number()]).rest(z.string())),
	firstRuns: ledgerSchema,
	retries: ledgerSchema,
	createdFloor: z.number(),
	order: z.enum(['whole', 'newest', 'oldest', 'unknown']),
	total: z.number(),
	sweep: z.object({ offset: z.number(), total: z.number() }),
});

/**
 * The state of the first version in the form of the present one; undefined when it is none, or not of
 * this configuration. `config`: the fingerprint as it was then, which the account was part of.
 */
export function takeOver(stored: unknown, config: string, identity: Identity): State | undefined {
	const { data: first } = firstVersionSchema.safeParse(stored);
	if (first === undefined || first.config !== config) return undefined;
	const followed: FollowedJobs = new Map();
	for (const [id, [status, attempt, preemptions]] of Object.entries(first.active)) {
		followed.set(keyOf(id), { id, status, attempt, preemptions, mark: DUE });
	}
	const { firstRuns, retries, order, total } = first;
	const state = blank(identity);
	return {
		...state,
		...{ order, total, startedAt: retries.floor },
		followed: packJobs(followed),
		newJobs: { floor: firstRuns.floor, entries: '' },
		ends: { floor: retries.floor, entries: '' },
		sweep: { offset: first.sweep.offset, total: first.sweep.total },
		reported: firstRuns.entries + retries.entries,
	};
}
