import type { IPollFunctions } from 'n8n-workflow';

import type { State } from './state';

/** First states, by workflow and node, until the host shows that it has kept them. */
const firstStates = new Map<string, State>();

/** The same for all polls of a node. */
export const nodeKey = (context: IPollFunctions): string =>
	`${context.getWorkflow().id}:${context.getNode().id}`;

/**
 * Hosts that keep a poll's state together with its execution drop that of the poll at activation
 * when it tells of nothing. Watching would then start at the first tick, and what ended in between
 * would be lost; so the process remembers where it started.
 */
export function rememberFirst(context: IPollFunctions, state: State): void {
	firstStates.set(nodeKey(context), state);
}

/** The first state of this configuration, when the host has kept none. */
export function recallFirst(context: IPollFunctions, config: string): State | undefined {
	const state = firstStates.get(nodeKey(context));
	return state?.config === config ? state : undefined;
}

/** To be called once the host has shown that it kept a state. */
export function forgetFirst(context: IPollFunctions): void {
	firstStates.delete(nodeKey(context));
}
