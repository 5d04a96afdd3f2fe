import { z } from 'zod';

import { entriesOf } from './ledger';
import type { StoredLedger } from './ledger';
import { activeJobSchema, stateSchema } from './state';
import type { State } from './state';

const ledgerUndoSchema = z.object({ floor: z.number(), added: z.string(), dropped: z.string() });

/** What leads from a state back to the one before it; as large as what changed, not as the state. */
export const undoSchema = stateSchema
	.pick({ createdFloor: true, order: true, total: true, sweep: true })
	.extend({
		/** As they were: active jobs that changed or went, null for those that came. */
		active: z.record(activeJobSchema.nullable()),
		firstRuns: ledgerUndoSchema,
		retries: ledgerUndoSchema,
	});

export type Undo = z.infer<typeof undoSchema>;
type LedgerUndo = z.infer<typeof ledgerUndoSchema>;

/** What {@link undone} needs to make `before` of `after`. */
export function undoOf(before: State, after: State): Undo {
	const active: Undo['active'] = {};
	for (const [id, job] of Object.entries(before.active)) {
		if (String(job) !== String(after.active[id])) active[id] = job;
	}
	for (const id of Object.keys(after.active)) {
		if (!Object.hasOwn(before.active, id)) active[id] = null;
	}
	const { createdFloor, order, total, sweep } = before;
	return {
		...{ createdFloor, order, total, sweep, active },
		firstRuns: ledgerUndoOf(before.firstRuns, after.firstRuns),
		retries: ledgerUndoOf(before.retries, after.retries),
	};
}

/** The state before `after`. */
export function undone(after: State, undo: Undo): State {
	const { active: changed, firstRuns, retries, ...rest } = undo;
	const active = { ...after.active };
	for (const [id, job] of Object.entries(changed)) {
		if (job === null) delete active[id];
		else active[id] = job;
	}
	return {
		...after,
		...rest,
		active,
		firstRuns: undoneLedger(after.firstRuns, firstRuns),
		retries: undoneLedger(after.retries, retries),
	};
}

function ledgerUndoOf(before: StoredLedger, after: StoredLedger): LedgerUndo {
	return {
		floor: before.floor,
		added: without(after.entries, before.entries),
		dropped: without(before.entries, after.entries),
	};
}

const undoneLedger = (
	after: StoredLedger,
	{ floor, added, dropped }: LedgerUndo,
): StoredLedger => ({
	floor,
	entries: dropped + without(after.entries, added),
});

/** The entries that are not among the others. */
function without(entries: string, others: string): string {
	const known = new Set(entriesOf(others));
	return entriesOf(entries)
		.filter((entry) => !known.has(entry))
		.join('');
}
