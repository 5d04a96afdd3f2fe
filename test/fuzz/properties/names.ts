import fc from 'fast-check';

import { assertEqual, assertThat } from '../assert';
import { longText, oddText, pattern, piece } from '../inputs';
import { ChosenColumns, columnNames, DistinctNames, globMatcher, safeFileName } from '../product';
import { outcomeOf, property } from '../property';
import type { Property } from '../property';
import { fail } from '../reading';
import { assertLinear } from '../steps';

const name = fc.oneof(
	oddText(8),
	fc
		.tuple(piece, fc.nat(400), fc.constantFrom('', '.csv', '.tar.gz', '.\u202egpj'))
		.map(([text, times, extension]) => text.repeat(times) + extension),
);

const WINDOWS_DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)\s*(\.|$)/i;

export const names: Property[] = [
	property(
		'File names: safe to write on any system, whatever the service calls a file',
		fc.record({ name, fallback: name }),
		({ name, fallback }) => {
			const safe = safeFileName(name, fallback);
			const holds =
				safe !== '' &&
				Buffer.byteLength(safe) <= 255 &&
				!/[\\/<>:"|?*]|\p{Cc}|\p{Cs}|\p{Bidi_Control}/u.test(safe) &&
				!/^[-.~\s]|[.\s]$/.test(safe) &&
				!WINDOWS_DEVICE.test(safe);
			assertThat(holds, () => `${JSON.stringify(name)} became ${JSON.stringify(safe)}`);
			assertEqual(safeFileName(safe, ''), safe, 'the name of a safe name');
		},
		500,
	),

	property(
		'File names: each is given once in a run, also where the case alone differs',
		fc.array(name, { maxLength: 30 }),
		(all) => {
			const distinct = new DistinctNames();
			const given = all.map((each) => distinct.take(safeFileName(each, 'x')));
			const keys = new Set(given.map((each) => each.normalize('NFC').toLowerCase()));
			assertEqual(keys.size, all.length, 'names');
			const longest = Math.max(0, ...given.map((each) => Buffer.byteLength(each)));
			assertThat(longest <= 255, () => `a name has ${longest} bytes`);
		},
	),

	property(
		'File names: many that are alike take steps in proportion to how many there are',
		fc.record({
			stem: fc.constantFrom('a', 'x'.repeat(248), '日'.repeat(84)),
			tails: fc.constantFrom(1, 10, 400),
		}),
		async ({ stem, tails }) => {
			await assertLinear(1_500, (size) => {
				const distinct = new DistinctNames();
				for (let each = 0; each < size; each++) {
					const tail = (each % tails).toString(36);
					distinct.take(safeFileName(`${stem}${tail}.csv`, 'x'));
				}
			});
		},
		6,
	),

	property(
		'File Name: a pattern fits what its regular expression fits',
		fc.record({
			glob: fc
				.array(fc.oneof(fc.constantFrom('*', '*', '?', '.', 'a', 'B', '[', '\\', '🙂'), piece), {
					maxLength: 10,
				})
				.map((all) => all.join('')),
			name: fc.oneof(oddText(10), fc.string({ unit: fc.constantFrom(...'aAbB.*?🙂') })),
		}),
		({ glob, name }) => {
			const source = [...glob.toLowerCase()]
				.map((one) => (one === '*' ? '.*' : one === '?' ? '.' : one.replace(/[\W]/gu, escaped)))
				.join('');
			const expected = new RegExp(`^${source}$`, 'su').test(name.toLowerCase());
			assertEqual(globMatcher(glob)(name), expected, `${glob} and ${name}`);
		},
		1_000,
	),

	property(
		'File Name: matching takes steps in proportion to the name, whatever the pattern',
		fc.record({
			glob: fc
				.array(fc.constantFrom('*', '**', '?', 'a', 'ab', '*a'), { maxLength: 12 })
				.map((all) => all.join('')),
			pattern,
		}),
		async ({ glob, pattern }) => {
			const fits = globMatcher(`${glob}*b`);
			await assertLinear(5_000, (size) => fits(longText(pattern, size)));
		},
		10,
	),

	property(
		'Columns: each name once, none that is reserved, and the first as it is written',
		fc.array(fc.oneof(piece, oddText(3)), { maxLength: 20 }),
		async (written) => {
			const { error, result = [] } = {
				result: undefined,
				...(await outcomeOf(() => columnNames(written, ['_row'], fail))),
			};
			if (error !== undefined) return;
			assertEqual(new Set(result).size, written.length, 'names');
			assertThat(!result.includes('_row'), () => 'a reserved name was given');
			const first = written.findIndex((one) => one !== '_row');
			if (first >= 0) assertThat(result.includes(written[first]!), () => 'a name is lost');
		},
	),

	property(
		'Columns: those that are chosen are own fields, whatever they are called',
		fc.record({
			chosen: fc.uniqueArray(
				fc.oneof(fc.constantFrom('__proto__', 'toString', 'constructor'), piece),
				{ minLength: 1, maxLength: 5 },
			),
			row: fc.dictionary(fc.oneof(fc.constantFrom('a', 'toString'), piece), fc.anything(), {
				maxKeys: 6,
				noNullPrototype: true,
			}),
		}),
		({ chosen, row }) => {
			const names = chosen.map((one) => one.trim());
			const given = new ChosenColumns(names).of(row as never);
			assertEqual(Object.keys(given).sort(), [...new Set(names)].sort(), 'fields');
			assertThat(Object.getPrototypeOf(given) === Object.prototype, () => 'prototype changed');
			for (const key of names.filter((one) => Object.hasOwn(row, one))) {
				const [is, was] = [given[key], row[key] ?? null];
				assertThat(Object.is(is, was), () => `${key} is another value`);
			}
		},
	),
];

const escaped = (sign: string): string =>
	[...sign].map((one) => `\\u{${one.codePointAt(0)!.toString(16)}}`).join('');
