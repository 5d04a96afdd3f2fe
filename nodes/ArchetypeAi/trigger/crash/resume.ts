import { blank, stateSchema } from '../decide/state';
import type { Identity, State } from '../decide/state';
import type { Host } from '../host';
import { takeOver } from './takeover';
import { settle, withUnconfirmed } from './unconfirmed';
import type { Again } from './unconfirmed';

/** Why watching starts anew, for the log. */
const REASONS = {
	none: 'first poll',
	configuration: 'its configuration changed',
	account: 'the API key or the Base URL is of another organization, or of one that is not known',
	copy: 'it is a copy of another workflow, or was imported under another ID',
	unreadable: 'its stored state is of another version or damaged',
};

/** Where a poll goes on from. */
export interface Resumed {
	/** Blank when watching starts with this poll. */
	state: State;
	isFirst: boolean;
	/** The events after this state that another process emitted. */
	again?: Again;
	reason?: keyof typeof REASONS;
}

/** What a poll knows of itself. */
export interface Self extends Identity {
	/** The fingerprint as the first version made it. */
	oldConfig: string;
	/** Whose jobs the present key shows, by one row; '' when there is none. */
	org: () => Promise<string>;
}

/**
 * The state to go on from. It belongs to the workflow and node that wrote it, and to what they
 * watched; another key of the same organization goes on where the last one was.
 *
 * Hosts that save a poll's state together with its execution drop that of the poll at activation
 * when it emits nothing. Watching would then start at the first tick, and what ended in between
 * would be lost; so the process remembers where it started.
 *
 * @throws the client's error when it has to ask whose jobs these are and gets no answer.
 */
export async function resume(host: Host, self: Self): Promise<Resumed> {
	const { config, owner, account, oldConfig } = self;
	const identity = { config, owner, account };
	const anew = (reason: keyof typeof REASONS): Resumed => {
		const { first } = host.memory;
		const isOwn = first?.config === config && first.account === account;
		return isOwn
			? { state: first, isFirst: false }
			: { state: blank(identity), isFirst: true, reason };
	};

	const stored = host.stored.watch;
	if (stored === undefined || stored === null) return anew('none');
	const { data } = stateSchema.safeParse(stored);
	const old = { state: stored, unconfirmed: host.stored.doubt, now: host.now() };
	const known = data ?? takeOver(old, oldConfig, identity);
	if (known === undefined) return anew(isFirstVersion(stored) ? 'configuration' : 'unreadable');
	if (known.owner !== owner) return anew('copy');
	if (known.config !== config) return anew('configuration');
	if (known.account !== account) {
		const org = known.org === '' ? '' : await self.org();
		if (org === '' || org !== known.org) return anew('account');
		host.log(
			'the API key or the Base URL changed; the organization is the same, so watching goes on',
		);
	}
	delete host.memory.first;
	return { ...settle(host, { ...known, account }), isFirst: false };
}

const isFirstVersion = (stored: unknown): boolean =>
	typeof stored === 'object' && stored !== null && 'version' in stored && stored.version === 1;

/** Keeps the state of a poll that succeeded. `events`: how many it is about to hand over. */
export function keep(host: Host, resumed: Resumed, after: State, events: number): void {
	const { state: before, isFirst, again, reason } = resumed;
	host.stored.watch = events > 0 ? withUnconfirmed(host, before, after, events, again) : after;
	delete host.stored.doubt;
	if (isFirst) host.memory.first = after;
	if (reason !== undefined) {
		host.log(
			`watching starts from now (${REASONS[reason]}): jobs that ended before are not reported`,
		);
	}
}
