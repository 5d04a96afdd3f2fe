import { raiseDoubt, settle } from './doubt';
import type { InDoubt } from './doubt';
import type { JobEvent } from './events';
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
	/** The news after this state that a process told, which may have died of it. */
	inDoubt?: InDoubt;
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

/** Keeps the state of a poll that succeeded. `news`: what it is about to hand to the host. */
export function keep(
	host: Host,
	{ state: before, inDoubt, reason }: Resumed,
	after: State,
	news: JobEvent[],
): void {
	host.stored.watch = after;
	delete host.stored.doubt;
	if (before === undefined) host.memory.first = after;
	else if (news.length > 0 && !host.isAtomic) raiseDoubt(host, before, after, news, inDoubt);
	if (reason !== undefined) {
		host.log(
			`watching starts from now (${BASELINE_REASONS[reason]}): jobs that ended before are not reported`,
		);
	}
}
