import fc from 'fast-check';

import { isExact, parseExactly } from '../../../nodes/ArchetypeAi/api/rows/exactNumbers';

const digits = fc.stringMatching(/^[0-9]{0,24}$/);
/** A number as JSON may write it. */
const written = fc
	.tuple(
		fc.constantFrom('', '-'),
		fc.stringMatching(/^(0|[1-9][0-9]{0,24})$/),
		fc.oneof(
			fc.constant(''),
			digits.map((some) => `.${some}0`),
		),
		fc.oneof(
			fc.constant(''),
			fc
				.tuple(fc.constantFrom('e', 'E'), fc.constantFrom('', '+', '-'), fc.nat(400))
				.map((exponent) => exponent.join('')),
		),
	)
	.map((parts) => parts.join(''));

/** The value as a fraction of BigInts, which can hold any value. */
function fractionOf(number: string): [bigint, bigint] {
	const [, sign, whole = '', fraction = '', exponent = '0'] =
		/^(-?)(\d+)(?:\.(\d+))?(?:[eE]([-+]?\d+))?$/.exec(number)!;
	const shift = Number(exponent) - fraction.length;
	const value = BigInt(`${sign}${BigInt(whole + fraction)}`);
	return shift >= 0 ? [value * 10n ** BigInt(shift), 1n] : [value, 10n ** BigInt(-shift)];
}

test('F7 a number is exact when the way it is shown again is the same value', () => {
	fc.assert(
		fc.property(written, (number) => {
			const shown = String(Number(number));
			if (shown.includes('Infinity')) return expect(isExact(number)).toBe(false);
			const [[a, b], [c, d]] = [fractionOf(number), fractionOf(shown)];
			expect(isExact(number)).toBe(a * d === c * b);
		}),
		{ numRuns: 5_000 },
	);
});

/** JSON with numbers and texts of all kinds, with whitespace anywhere. */
const json = fc.letrec<{ value: string }>((tie) => {
	const space = fc.constantFrom('', ' ', '\t', '\r', '  ');
	const text = fc
		.oneof(fc.string(), written, fc.string({ unit: fc.constantFrom(...'"\\e1.-09[]{},:') }))
		.map((some) => JSON.stringify(some));
	const list = (open: string, one: fc.Arbitrary<string>, close: string) =>
		fc.array(one, { maxLength: 5 }).map((all) => `${open}${all.join(',')}${close}`);
	const pair = fc
		.tuple(text, space, tie('value'))
		.map(([key, gap, value]) => `${key}${gap}:${value}`);
	return {
		value: fc
			.tuple(
				space,
				fc.oneof(
					{ maxDepth: 3 },
					fc.constantFrom('true', 'false', 'null'),
					...[written, written, text, list('[', tie('value'), ']'), list('{', pair, '}')],
				),
				space,
			)
			.map((parts) => parts.join('')),
	};
}).value;

/** What JSON.parse makes of it, with every number that it read, in order. */
function numbersOf(text: string): string[] {
	const without = text.replace(/"(?:[^"\\]|\\.)*"/g, (found) => ' '.repeat(found.length));
	return without.match(/-?\d[-+.\deE]*/g) ?? [];
}

test('F7 JSON is read as JSON.parse reads it, but for numbers that would change, which are text', () => {
	fc.assert(
		fc.property(json, (text) => {
			const expected = JSON.parse(
				text.replace(/"(?:[^"\\]|\\.)*"|-?\d[-+.\deE]*/g, (found) =>
					found.startsWith('"') || isExact(found) ? found : `"${found}"`,
				),
			) as unknown;
			let isSaid = false;
			expect(parseExactly(text, () => (isSaid = true))).toEqual(expected);
			expect(isSaid).toBe(!numbersOf(text).every(isExact));
		}),
		{ numRuns: 5_000 },
	);
});

test('what JSON.parse refuses is refused, whatever it is', () => {
	fc.assert(
		fc.property(fc.string({ unit: fc.constantFrom(...'{}[]",:1e9-+. \\n') }), (text) => {
			const outcome = (read: (text: string) => unknown) => {
				try {
					return ['read', JSON.stringify(read(text))];
				} catch (error) {
					return ['refused', (error as Error).name];
				}
			};
			const [[ours], [theirs]] = [outcome(parseExactly), outcome(JSON.parse)];
			expect(ours).toBe(theirs);
		}),
		{ numRuns: 5_000 },
	);
});

test.each([
	['digits', '1'.repeat(1_000_000)],
	['zeros', `0.${'0'.repeat(1_000_000)}1`],
	['text with quotes', JSON.stringify('\\"'.repeat(1_000_000))],
	['an exponent', `1e${'9'.repeat(1_000_000)}`],
])('a megabyte of %s is read at once', (_, value) => {
	const start = performance.now();
	parseExactly(`{"n":1e400,"v":${value}}`);
	expect(performance.now() - start).toBeLessThan(2_000);
});
