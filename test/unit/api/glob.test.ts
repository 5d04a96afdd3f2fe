import fc from 'fast-check';

import { globMatcher } from '../../../nodes/ArchetypeAi/api/glob';

test.each([
	['pred_*_part_?.csv', 'PRED_pump7_part_0.csv', true],
	['pred_*_part_?.csv', 'pred_pump7_part_10.csv', false],
	['*', '', true],
	['a', 'a', true],
	['a', 'ab', false],
	['a*', 'b', false],
	['*a*', 'bab', true],
	['a*a', 'a', false],
	['?', '🙂', true],
	['a.c', 'abc', false],
	['[a]*', '[a]b', true],
	['*.csv', 'a.csv\n', false],
	['a*c', 'a\nc', true],
])('%j, %j: %s', (glob, name, fits) => {
	expect(globMatcher(glob)(name)).toBe(fits);
});

const few = (letters: string, maxLength: number) =>
	fc.string({ unit: fc.constantFrom(...letters), maxLength });

test('F6 a pattern fits what its regular expression fits', () => {
	fc.assert(
		fc.property(few('ab*?', 8), few('ab', 12), (glob, name) => {
			const source = glob.replaceAll('*', '.*').replaceAll('?', '.');
			expect(globMatcher(glob)(name)).toBe(new RegExp(`^${source}$`).test(name));
		}),
		{ numRuns: 5_000 },
	);
});

test('F6 many stars take no more steps than the name has characters, times the longest piece', () => {
	fc.assert(
		fc.property(few('ab**', 100), fc.nat(2_000), fc.constantFrom('', 'b'), (glob, length, end) => {
			let steps = 0;
			const name = 'a'.repeat(length) + end;
			globMatcher(glob, () => steps++)(name);
			const longest = Math.max(...glob.split('*').map((piece) => piece.length));
			expect(steps).toBeLessThanOrEqual((name.length + 2) * (longest + 1) + glob.length);
		}),
		{ numRuns: 500 },
	);
});
