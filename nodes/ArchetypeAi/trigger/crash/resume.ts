import { blank, stateSchema } from '../decide/state';
import type { Identity, State } from '../decide/state';
import type { Host } from '../host';
import { takeOver } from './takeover';
import { settle, withUnconfirmed } from './unconfirmed';
import type { Again } from './unconfirmed';

/** Why watching starts over, for the log. */
const REASONS = {
	none: 'first poll',
	configuration: 'its configuration changed',
	account: 'the API key or the Base URL belongs to another organization, or to an unknown one',
	copy: 'it is a copy of another workflow, or was imported under another ID',
	unreadable: 'its stored state is damaged or of another version',
};

/** Where a poll continues from. */
export interface Resumed {
	/** Blank when watching starts with this poll. */
	state: State;
	isFirst: boolean;
	/** Events after this state that another process emitted. */
	again?: Again;
	reason?: keyof typeof REASONS;
}

/** What a poll knows about itself. */
export interface Self extends Identity {
	/** The fingerprint in the format of the first version. */
	oldConfig: string;
	/** The organization whose jobs the current key shows, from one row; '' when there is none. */
	org: () => Promise<string>;
}

/**
 * The state to continue from. It belongs to the workflow and node that wrote it, and to what they
 * watched; another key of the same organization continues where the last one stopped.
 *
 * Hosts that save a poll's state together with its execution drop the state of the poll at activation
 * if it emits nothing. Watching would then start at the first tick, and jobs that ended in between
 * would be lost; so the process remembers where it started.
 *
 * @throws the client's error when it has to look up the organization and gets no answer.
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

/** Keeps the state of a successful poll. `events`: how many it is about to hand over. */
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
