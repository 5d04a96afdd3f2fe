import { z } from 'zod';

import { packJobs } from '../decide/followed';
import type { FollowedJobs } from '../decide/followed';
import { keyOf } from '../decide/hash';
import { REPORTED } from '../decide/memory';
import { DUE } from '../decide/round';
import { blank } from '../decide/state';
import type { Identity, State } from '../decide/state';

/** How long the first version treated its events as unconfirmed, ms. */
const UNCONFIRMED_MS = 5 * 60_000;

const ledgerSchema = z.object({ floor: z.number(), entries: z.string() });

const activeJobSchema = z.tuple([z.string(), z.number(), z.number(), z.number()]).rest(z.string());

/** What the first version stored. */
const firstVersionSchema = z.object({
	version: z.literal(1),
	config: z.string(),
	active: z.record(activeJobSchema),
	firstRuns: ledgerSchema,
	retries: ledgerSchema,
	createdFloor: z.number(),
	order: z.enum(['whole', 'newest', 'oldest', 'unknown']),
	total: z.number(),
	sweep: z.object({ offset: z.number(), total: z.number() }),
});

const ledgerUndoSchema = z.object({ floor: z.number(), added: z.string(), dropped: z.string() });

/** How the first version noted unconfirmed events: since when, and how to undo them. */
const unconfirmedSchema = z.object({
	since: z.number(),
	undo: firstVersionSchema.pick({ order: true, total: true, sweep: true }).extend({
		active: z.record(activeJobSchema.nullable()),
		firstRuns: ledgerUndoSchema,
		retries: ledgerUndoSchema,
	}),
});

type FirstVersion = z.infer<typeof firstVersionSchema>;

/** What is stored, and how to interpret it. */
export interface Stored {
	state: unknown;
	/** The first version's note of unconfirmed events, if any. */
	unconfirmed?: unknown;
	/** The host's clock, epoch ms. */
	now: number;
}

/**
 * The state of the first version, converted to the current form; undefined when it is not one, or not
 * of this configuration. `config`: the fingerprint of that time, which included the account. Events
 * that were unconfirmed when n8n stopped for the upgrade are undone, and so emitted again.
 */
export function takeOver(stored: Stored, config: string, identity: Identity): State | undefined {
	const { data: found } = firstVersionSchema.safeParse(stored.state);
	if (found === undefined || found.config !== config) return undefined;
	const first = takenBack(found, stored);
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

function takenBack(first: FirstVersion, { unconfirmed, now }: Stored): FirstVersion {
	const { data } = unconfirmedSchema.safeParse(unconfirmed);
	if (data === undefined || now - data.since > UNCONFIRMED_MS) return first;
	const { active: changed, firstRuns, retries, ...places } = data.undo;
	const active = new Map(Object.entries(first.active));
	for (const [id, job] of Object.entries(changed)) {
		if (job === null) active.delete(id);
		else active.set(id, job);
	}
	return {
		...first,
		...places,
		active: Object.fromEntries(active),
		firstRuns: ledgerBefore(first.firstRuns, firstRuns),
		retries: ledgerBefore(first.retries, retries),
	};
}

function ledgerBefore(
	{ entries }: FirstVersion['firstRuns'],
	{ floor, added, dropped }: z.infer<typeof ledgerUndoSchema>,
): FirstVersion['firstRuns'] {
	const came = new Set(added.match(REPORTED));
	const before = (entries.match(REPORTED) ?? []).filter((entry) => !came.has(entry));
	return { floor, entries: dropped + before.join('') };
}
