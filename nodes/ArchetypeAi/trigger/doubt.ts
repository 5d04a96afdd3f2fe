import { z } from 'zod';

import type { JobEvent } from './events';
import type { Host } from './host';
import { Ledger } from './ledger';
import type { State } from './state';
import { undoSchema, undone, undoOf } from './undo';

/** Long enough for a host that restarts by itself; nobody wants older news a second time. */
const IN_DOUBT_MS = 5 * 60_000;
/** What state and doubt may take up together, bytes. */
const MOST_STORED_BYTES = 64 * 1024;
/** What a doubt may take up in any case, however large the state has become. */
const LEAST_DOUBT_BYTES = 8 * 1024;

const doubtSchema = z.object({
	/** When the latest of what is in doubt was told first, epoch ms by the host's clock. */
	since: z.number(),
	/** When it was told the last time. */
	at: z.number(),
	/** Back to the state before it was. */
	undo: undoSchema,
});

/** News that another process told, and nobody knows whether they got through. */
export interface InDoubt {
	/** When the latest of them was told first, epoch ms by the host's clock. */
	since: number;
	/** The state after them. */
	told: State;
}

/**
 * Hosts that poll on the classic path store the state first and the execution a moment later. When a
 * process finds news that another one told a short while ago, nobody knows whether the workflow was
 * started before that other one ended: it goes on from the state before, and tells them again.
 */
export function settle(host: Host, state: State): { state: State; inDoubt?: InDoubt } {
	const { data: doubt } = doubtSchema.safeParse(host.stored.doubt);
	if (doubt === undefined || host.memory.told?.includes(doubt.at)) return { state };
	if (host.now() - doubt.since > IN_DOUBT_MS) return { state };
	host.log(
		'n8n was stopped shortly after the last events; they are told again, with the same event_id',
	);
	return { state: undone(state, doubt.undo), inDoubt: { since: doubt.since, told: state } };
}

/**
 * Leaves word in what is stored that news are about to be handed to the host, and how to go back
 * from `after` to `before` if that fails. `inDoubt`: what of the news was told before.
 */
export function raiseDoubt(
	host: Host,
	before: State,
	after: State,
	news: JobEvent[],
	inDoubt?: InDoubt,
): void {
	const at = host.now();
	// Where n8n is killed again and again, each of the news has its five minutes.
	const isOld = inDoubt !== undefined && news.every(wasToldIn(inDoubt.told));
	const doubt = { since: isOld ? inDoubt.since : at, at, undo: undoOf(before, after) };
	const room = Math.max(MOST_STORED_BYTES - sizeOf(host.stored), LEAST_DOUBT_BYTES);
	if (sizeOf({ doubt }) > room) {
		host.log(
			'these are too many events at once to be told again if n8n is stopped at this very moment',
		);
		return;
	}
	host.stored.doubt = doubt;
	const recent = (host.memory.told ?? []).filter((told) => at - told <= IN_DOUBT_MS);
	host.memory.told = [...recent, at];
}

/** Whether an event is among those that a state remembers. */
function wasToldIn({ firstRuns, retries }: State): (event: JobEvent) => boolean {
	const ledgers = [firstRuns, retries].map((stored) => new Ledger(stored, 0));
	return ({ id }) => ledgers.some((ledger) => ledger.has(id));
}

/** Bytes, as it is stored. */
const sizeOf = (value: object): number => Buffer.byteLength(JSON.stringify(value));
