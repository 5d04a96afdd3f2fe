import { raiseDoubt, settle } from './doubt';
import type { Host } from './host';
import { readState } from './state';
import type { State } from './state';

/** Why watching starts anew, for the log. */
const BASELINE_REASONS = {
	none: 'first poll',
	configuration: 'its configuration changed',
	unreadable: 'its stored state is of another version or damaged',
};

/** Where a poll goes on from. */
export interface Resumed {
	/** None when watching starts with this poll. */
	state?: State;
	/** When the news after this state were told first, by a process that may have died of it. */
	inDoubtSince?: number;
	reason?: keyof typeof BASELINE_REASONS;
}

/**
 * The state to go on from, of the configuration that `config` is the fingerprint of.
 *
 * Hosts that save a poll's state together with its execution drop that of the poll at activation
 * when it tells of nothing. Watching would then start at the first tick, and what ended in between
 * would be lost; so the process remembers where it started.
 */
export function resume(host: Host, config: string): Resumed {
	const known = readState(host.stored.watch, config);
	if (known.state !== undefined) {
		delete host.memory.first;
		return settle(host, known.state);
	}
	const { first } = host.memory;
	return first?.config === config ? { state: first } : { reason: known.reason };
}

/** Keeps the state of a poll that succeeded. `isNews`: it is about to hand events to the host. */
export function keep(
	host: Host,
	{ state: before, inDoubtSince, reason }: Resumed,
	after: State,
	isNews: boolean,
): void {
	host.stored.watch = after;
	delete host.stored.doubt;
	if (before === undefined) host.memory.first = after;
	else if (isNews && !host.isAtomic) raiseDoubt(host, before, after, inDoubtSince);
	if (reason !== undefined) {
		host.log(
			`watching starts from now (${BASELINE_REASONS[reason]}): jobs that ended before are not reported`,
		);
	}
}
