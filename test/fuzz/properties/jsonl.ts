import fc from 'fast-check';

import { inPieces } from '../../unit/api/pieces';
import { assertEqual, assertThat } from '../assert';
import { cuts, inPiecesOf, longText, oddText, pattern } from '../inputs';
import { asNumber, parseExactly } from '../product';
import { outcomeOf, property } from '../property';
import type { Property } from '../property';
import { rowsOf } from '../reading';
import { sameValue } from '../reference/numbers';
import { assertLinear } from '../steps';

const digits = fc.stringMatching(/^\d{1,25}$/);
/** A number as JSON may write it. */
const written = fc
	.tuple(
		fc.constantFrom('', '-'),
		fc.oneof(fc.constant('0'), fc.stringMatching(/^[1-9]\d{0,25}$/)),
		fc.option(
			digits.map((some) => `.${some}`),
			{ nil: '' },
		),
		fc.option(fc.stringMatching(/^[eE][+-]?\d{1,3}$/), { nil: '' }),
	)
	.map((parts) => parts.join(''));

const row = fc
	.array(
		fc.tuple(
			oddText(3),
			fc.oneof(
				written,
				oddText(5).map((text) => JSON.stringify(text)),
			),
		),
		{
			maxLength: 5,
		},
	)
	.map((pairs) => `{${pairs.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(',')}}`);

/** Each number as JSON.parse reads it, or as text if that would change its value. */
function expectedRow(json: string): unknown {
	const quoted = json.replace(/"(?:[^"\\]|\\.)*"|-?\d[-+.\deE]*/g, (found) =>
		found.startsWith('"') || sameValue(found, String(Number(found))) ? found : `"${found}"`,
	);
	return JSON.parse(quoted);
}

export const jsonl: Property[] = [
	property(
		'JSONL: rows come back as they were written, wherever they are cut',
		fc.record({
			rows: fc.array(row, { minLength: 1, maxLength: 6 }),
			eol: fc.constantFrom('\n', '\r\n', '\n\n', '\r', ' \n'),
			cuts: cuts(300),
		}),
		async ({ rows, eol, cuts }) => {
			const read = await rowsOf(inPieces(Buffer.from(rows.join(eol)), cuts), 'jsonl');
			assertEqual(read, rows.map(expectedRow), 'rows');
		},
	),

	property(
		'JSONL: any text gives the same outcome, wherever it is cut',
		fc.record({ text: oddText(), cuts: cuts(), hint: fc.constantFrom('csv', 'jsonl', undefined) }),
		async ({ text, cuts, hint }) => {
			const bytes = Buffer.from(text);
			const whole = await outcomeOf(() => rowsOf(inPieces(bytes), hint));
			const cut = await outcomeOf(() => rowsOf(inPieces(bytes, cuts), hint));
			assertEqual(cut.error?.message, whole.error?.message, 'refusal');
			if (cut.error === undefined && whole.error === undefined) {
				assertEqual(cut.result, whole.result, 'rows');
			}
		},
		500,
	),

	property(
		'Numbers: text where a double would change the value, else the number',
		written,
		(number) => {
			const isSame = sameValue(number, String(Number(number)));
			const expected = isSame ? Number(number) : number;
			assertEqual(parseExactly(number), expected, 'JSON');
			const isId = /^-?\d+$/.test(number) && !Number.isSafeInteger(Number(number));
			assertEqual(asNumber(number, 'point'), isId ? number : expected, 'CSV');
		},
		2_000,
	),

	property(
		'Numbers: a field becomes a number only where it holds the value that is written',
		fc.record({ text: oddText(6), separator: fc.constantFrom('point', 'comma') }),
		({ text, separator }) => {
			const read = asNumber(text, separator);
			if (typeof read === 'string') return assertEqual(read, text, 'text');
			const point = separator === 'comma' ? text.replace(',', '.') : text;
			assertThat(sameValue(point, String(read)), () => `${text} became ${read}`);
		},
	),

	property(
		'JSONL: reading takes steps in proportion to the file, whatever is in it and however it is cut',
		fc.record({ pattern, piece: fc.constantFrom(1, 7, 4_096, 65_536), isInText: fc.boolean() }),
		async ({ pattern, piece, isInText }) => {
			const textOf = (size: number) => {
				const long = longText(pattern, size);
				return isInText ? `{"a":1e400,"b":${JSON.stringify(long)}}` : long;
			};
			await assertLinear(piece === 1 ? 6_000 : 30_000, (size) =>
				outcomeOf(() => rowsOf(inPiecesOf(Buffer.from(textOf(size)), piece), 'jsonl')),
			);
		},
		8,
	),
];
