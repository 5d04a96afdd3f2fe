import fc from 'fast-check';

import { baseline } from '../../../nodes/ArchetypeAi/trigger/state';
import type { State } from '../../../nodes/ArchetypeAi/trigger/state';
import { undone, undoOf } from '../../../nodes/ArchetypeAi/trigger/undo';

const name = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
const entry = fc
	.tuple(name, fc.constantFrom('00000a', '00000b'))
	.map(([of, at]) => of.repeat(8) + at);

const ledger = fc.record({
	floor: fc.nat(),
	entries: fc.uniqueArray(entry).map((entries) => entries.join('')),
});
const active = fc.dictionary(
	name,
	fc.tuple(fc.constantFrom('PENDING', 'RUNNING'), fc.nat(2), fc.nat(2), fc.nat(2)),
	{ noNullPrototype: true },
);
const state: fc.Arbitrary<State> = fc
	.record({
		active,
		firstRuns: ledger,
		retries: ledger,
		createdFloor: fc.nat(),
		order: fc.constantFrom('whole' as const, 'newest' as const),
		total: fc.nat(),
		sweep: fc.record({ offset: fc.nat(), owed: fc.nat(), total: fc.nat() }),
	})
	.map((fields) => ({ ...baseline('config', 0), ...fields }));

/** The order of a ledger's entries says nothing. */
const sorted = ({ floor, entries }: State['firstRuns']) => ({
	floor,
	entries: (entries.match(/.{14}/g) ?? []).sort(),
});
const meaning = (of: State) => ({
	...of,
	firstRuns: sorted(of.firstRuns),
	retries: sorted(of.retries),
});

test('any state can be undone to the one before it, also once both were stored as text', () => {
	fc.assert(
		fc.property(state, state, (before, after) => {
			const stored = JSON.parse(JSON.stringify({ after, undo: undoOf(before, after) })) as {
				after: State;
				undo: ReturnType<typeof undoOf>;
			};
			expect(meaning(undone(stored.after, stored.undo))).toEqual(meaning(before));
		}),
		{ numRuns: 2_000 },
	);
});
