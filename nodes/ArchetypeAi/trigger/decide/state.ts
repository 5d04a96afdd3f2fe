import { z } from 'zod';

import { FIRST_ROUND } from './round';

/** Raised when the meaning of a field changes; an unknown version starts from a new baseline. */
export const VERSION = 2;

const ledgerSchema = z.object({ floor: z.number(), entries: z.string() });
const ledgerUndoSchema = z.object({ came: z.number(), were: z.string() });
const jobsSchema = z.object({ jobs: z.array(z.string()), others: z.string() });
const placeSchema = z.object({ offset: z.number(), total: z.number() });

const circleSchema = { cycle: z.number(), list: z.number(), offset: z.number() };
const roundSchema = z.object({
	/** The mark of the next poll, and where it continues. */
	mark: z.string(),
	...circleSchema,
	/** Whether the whole list is read instead of the lists of active jobs. */
	isWhole: z.boolean(),
	/** Marks of polls since which the circle was not read completely, and where each stopped. */
	recent: z.array(z.object({ mark: z.string(), ...circleSchema })),
});

/** Events handed to the host that may not have started an execution. */
const unconfirmedSchema = z.object({
	/** When the latest of them was first emitted, epoch ms by the host's clock; and the last time. */
	since: z.number(),
	at: z.number(),
	/** How many there are, and how often all of them were emitted again. */
	events: z.number(),
	times: z.number(),
	/** What was added to the ledgers with them. */
	newJobs: ledgerUndoSchema,
	ends: ledgerUndoSchema,
	/** Jobs as they were followed before, and keys of those that were not. */
	followed: jobsSchema,
	came: z.string(),
	/** Where the previous poll stopped. */
	sweep: placeSchema,
	total: z.number(),
	owed: z.number(),
	left: z.number(),
});

/** What is kept between two polls. Times are epoch ms by the clock of the rows, unless stated otherwise. */
export const stateSchema = z.object({
	version: z.literal(VERSION),
	/** Fingerprint of what is watched. */
	config: z.string(),
	/** The workflow and node that wrote this: a copy starts over. */
	owner: z.string(),
	/** Digest of key and address; and the organization they showed, so that another key can continue. */
	account: z.string(),
	org: z.string(),
	/** When watching began, and the creation time up to which jobs already existed. */
	startedAt: z.number(),
	oldUpTo: z.number(),
	followed: jobsSchema,
	/** Jobs requested by ID that the service says do not exist, and since when (host's clock). */
	lost: z.array(z.tuple([z.string(), z.number()])),
	/** Jobs created since watching began and seen ended, by creation time. */
	newJobs: ledgerSchema,
	/** Ends of other jobs and of retried ones, by end time. */
	ends: ledgerSchema,
	/** How the whole list was sorted and how many rows it had at the last look. */
	order: z.enum(['whole', 'newest', 'oldest', 'unknown']),
	total: z.number(),
	/** Rows that were counted but not seen in any look; negative when the counts lag. */
	owed: z.number(),
	/** Where the search for those continues, from the edge; -1 when there is none. */
	search: z.number(),
	/** New jobs that there was no time to read, contiguous at the edge. */
	left: z.number(),
	/** How the active jobs are read (round.ts): in a circle, from poll to poll. */
	round: roundSchema,
	sweep: placeSchema,
	unconfirmed: unconfirmedSchema.optional(),
	/** Events remembered by the first version of this state, by digest and second. */
	reported: z.string().optional(),
});

export type State = z.infer<typeof stateSchema>;
export type Unconfirmed = z.infer<typeof unconfirmedSchema>;
export type Order = State['order'];

/** What a state belongs to. */
export type Identity = Pick<State, 'config' | 'owner' | 'account'>;

/** The state before the first look. */
export function blank(identity: Identity): State {
	return {
		version: VERSION,
		...identity,
		org: '',
		startedAt: 0,
		oldUpTo: 0,
		followed: { jobs: [], others: '' },
		lost: [],
		newJobs: { floor: 0, entries: '' },
		ends: { floor: 0, entries: '' },
		order: 'unknown',
		total: 0,
		owed: 0,
		left: 0,
		search: -1,
		round: FIRST_ROUND,
		sweep: { offset: 0, total: 0 },
	};
}
