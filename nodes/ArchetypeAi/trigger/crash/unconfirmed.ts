import { DUE } from '../decide/round';
import { packJobs, unpackJobs } from '../decide/followed';
import type { Followed, FollowedJobs } from '../decide/followed';
import { KEY_LENGTH } from '../decide/hash';
import * as ledger from '../decide/ledger';
import type { State, Unconfirmed } from '../decide/state';
import type { Host } from '../host';

/** Long enough for a host that restarts by itself; nobody wants older events twice. */
const CLASSIC_MS = 5 * 60_000;
/**
 * When each poll saves its state, events are unconfirmed only if n8n died before the next poll,
 * however long ago; they are emitted again this many times at most.
 */
const MOST_TIMES = 5;

const NO_IDS: ReadonlyMap<string, string> = new Map();

/** What is known about events that another process emitted. */
export type Again = Pick<Unconfirmed, 'since' | 'events' | 'times'>;

/**
 * Saved does not mean started: a host stores the state before it hands over the execution, and may be
 * killed in between. When a process finds that the last events came from another process, nobody knows
 * whether they started an execution: it goes back to the state before them, finds them again, and emits
 * them again with the same IDs. Its own events are confirmed when its next poll starts.
 */
export function settle(host: Host, state: State): { state: State; again?: Again } {
	const { unconfirmed, ...confirmed } = state;
	if (unconfirmed === undefined || host.memory.emitted?.includes(unconfirmed.at)) {
		return { state: confirmed };
	}
	const { since, events, times } = unconfirmed;
	const age = host.now() - since;
	const isOld = host.isAtomic ? times >= MOST_TIMES : age > CLASSIC_MS;
	if (isOld) return { state: confirmed };
	host.log(
		'n8n was stopped shortly after the last events; they are emitted again, with the same event_id',
	);
	return { state: undone(confirmed, unconfirmed), again: { since, events, times } };
}

/** Notes that events are about to be handed to the host, and how to go back to the state before. */
export function withUnconfirmed(
	host: Host,
	before: State,
	after: State,
	events: number,
	again?: Again,
): State {
	const at = host.now();
	const recent = (host.memory.emitted ?? []).filter((emitted) => at - emitted <= CLASSIC_MS);
	host.memory.emitted = [...recent, at];
	// When n8n is killed again and again, new events each get their own time.
	const isOld = again !== undefined && events <= again.events;
	const was = unpackJobs(before.followed, NO_IDS);
	const is = unpackJobs(after.followed, NO_IDS);
	const changed: FollowedJobs = new Map([...was].filter(([key, job]) => !isSame(job, is.get(key))));
	const { sweep, total, owed, left } = before;
	const unconfirmed = {
		...{ at, events, since: isOld ? again.since : at, times: isOld ? again.times + 1 : 0 },
		newJobs: ledger.undoOf(before.newJobs, after.newJobs),
		ends: ledger.undoOf(before.ends, after.ends),
		followed: packJobs(changed),
		came: [...is.keys()].filter((key) => !was.has(key)).join(''),
		...{ sweep, total, owed, left },
	};
	return { ...after, unconfirmed };
}

/** The state before the events, as far as needed to find them again. */
function undone(state: State, { newJobs, ends, followed, came, ...places }: Unconfirmed): State {
	const jobs = unpackJobs(state.followed, NO_IDS);
	for (let at = 0; at < came.length; at += KEY_LENGTH) jobs.delete(came.slice(at, at + KEY_LENGTH));
	const before = unpackJobs(followed, NO_IDS);
	for (const [key, job] of before) {
		jobs.delete(key);
		job.mark = DUE;
	}
	const { sweep, total, owed, left } = places;
	return {
		...state,
		...{ sweep, total, owed, left, search: -1 },
		followed: packJobs(new Map([...before, ...jobs])),
		newJobs: ledger.undone(state.newJobs, newJobs),
		ends: ledger.undone(state.ends, ends),
	};
}

const isSame = (a: Followed, b: Followed | undefined): boolean =>
	a.status === b?.status && a.attempt === b.attempt && a.preemptions === b.preemptions;
