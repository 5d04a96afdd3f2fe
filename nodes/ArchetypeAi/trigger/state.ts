import { z } from 'zod';

/** Raised when the meaning of a field changes; an unknown version starts from a new baseline. */
const VERSION = 1;

/** Marks a job that was not found at the last look. */
export const NOT_FOUND = 'NOT_FOUND';

/** Status, retries, preemptions, created; and a mark or none. */
export const activeJobSchema = z
	.tuple([z.string(), z.number(), z.number(), z.number()])
	.rest(z.literal(NOT_FOUND));

const ledgerSchema = z.object({ floor: z.number(), entries: z.string() });

/** What is kept between two polls. Times are epoch ms by the service's clock. */
export const stateSchema = z.object({
	version: z.literal(VERSION),
	/** Fingerprint of the configuration this state belongs to. */
	config: z.string(),
	/** Jobs that were active at the last look, by id. */
	active: z.record(activeJobSchema),
	/** Delivered events of first runs, by the job's creation. */
	firstRuns: ledgerSchema,
	/** Delivered events of retried jobs, by their own time: rare, so these reach far back. */
	retries: ledgerSchema,
	/** Every job created up to here has been looked at, and shows up late no more. */
	createdFloor: z.number(),
	/** How the whole list was sorted and how many rows it had at the last look. */
	order: z.enum(['whole', 'newest', 'oldest', 'unknown']),
	total: z.number(),
	/** Where the slow walk through a list of `total` rows goes on, and how many it owes in a hurry. */
	sweep: z.object({ offset: z.number(), owed: z.number(), total: z.number() }),
});

export type State = z.infer<typeof stateSchema>;

/** The state for a configuration whose watching starts at `now`. */
export function baseline(config: string, now: number): State {
	return {
		version: VERSION,
		config,
		active: {},
		firstRuns: { floor: now, entries: '' },
		retries: { floor: now, entries: '' },
		createdFloor: now,
		order: 'unknown',
		total: 0,
		sweep: { offset: 0, owed: 0, total: 0 },
	};
}

/**
 * The stored state, or why there is none to go on from: nothing stored, of another configuration,
 * or not readable (an older or newer version of this package, or damaged).
 */
export function readState(
	stored: unknown,
	config: string,
): { state: State } | { state?: undefined; reason: 'none' | 'configuration' | 'unreadable' } {
	if (stored === undefined || stored === null) return { reason: 'none' };
	const parsed = stateSchema.safeParse(stored);
	if (!parsed.success) return { reason: 'unreadable' };
	if (parsed.data.config !== config) return { reason: 'configuration' };
	return { state: parsed.data };
}
