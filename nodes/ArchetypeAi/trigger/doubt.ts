import type { IDataObject, IPollFunctions } from 'n8n-workflow';
import { z } from 'zod';

import { nodeKey } from './memory';
import type { State } from './state';
import { undoSchema, undone, undoOf } from './undo';

/** Long enough for a host that restarts by itself; nobody wants older news a second time. */
const IN_DOUBT_MS = 5 * 60_000;
/** What is stored in all, bytes; longer news than fits beside the state is not in doubt. */
const MOST_STORED_BYTES = 64 * 1024;

const doubtSchema = z.object({
	/** When the first of what is in doubt was told, epoch ms by the host's clock. */
	since: z.number(),
	/** Back to the state before it was. */
	undo: undoSchema,
});

/** Since when the last news that this process told is in doubt, by workflow and node. */
const toldHere = new Map<string, number>();

/**
 * Hosts that poll on the classic path store the state first and the execution a moment later. When a
 * process finds news that another one told a short while ago, nobody knows whether the workflow was
 * started before that other one ended: it goes on from the state before, and tells them again.
 */
export function settle(
	context: IPollFunctions,
	stored: IDataObject,
	state: State,
): { state: State; inDoubtSince?: number } {
	const { data: doubt } = doubtSchema.safeParse(stored.doubt);
	if (doubt === undefined || toldHere.get(nodeKey(context)) === doubt.since) return { state };
	if (Date.now() - doubt.since > IN_DOUBT_MS) return { state };
	context.logger.info(
		'Archetype AI Trigger: n8n was stopped shortly after the last events; they are told again, with the same event_id',
	);
	return { state: undone(state, doubt.undo), inDoubtSince: doubt.since };
}

/**
 * Leaves word in what is stored that news are about to be handed to the host, and how to go back
 * from `after` to `before` if that fails. `since`: when they were told first, if they were before.
 */
export function raiseDoubt(
	context: IPollFunctions,
	stored: IDataObject,
	before: State,
	after: State,
	since = Date.now(),
): void {
	const doubt = { since, undo: undoOf(before, after) };
	if (Buffer.byteLength(JSON.stringify({ ...stored, doubt })) > MOST_STORED_BYTES) return;
	stored.doubt = doubt;
	toldHere.set(nodeKey(context), since);
}
