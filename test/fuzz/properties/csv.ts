import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';

import { all, inPieces } from '../../unit/api/pieces';
import { assertEqual } from '../assert';
import { cuts, inPiecesOf, longText, oddText, pattern } from '../inputs';
import { csvRecords, decoded, endingWithBreak, splitHeader } from '../product';
import type { Delimiter } from '../product';
import { outcomeOf, property } from '../property';
import type { Property } from '../property';
import { fail, rowsOf } from '../reading';
import { plainRecords } from '../reference/csv';
import { assertLinear } from '../steps';

const delimiter = fc.constantFrom<Delimiter[]>(',', ';', '\t', '|');

const recordsIn = async (bytes: Buffer, places: number[], between: Delimiter) =>
	(
		await all(csvRecords(decoded(inPieces(bytes, places), 'utf-8', fail, true), between, fail))
	).flat();

const field = fc.oneof(oddText(8), fc.string({ unit: 'grapheme', maxLength: 8 }));
/** Lone surrogates cannot be encoded. */
const writable = field.map((text) => text.replace(/\p{Cs}/gu, ''));

const table = fc.integer({ min: 2, max: 5 }).chain((width) =>
	fc.array(fc.array(writable, { minLength: width, maxLength: width }), {
		minLength: 2,
		maxLength: 8,
	}),
);

export const csv: Property[] = [
	property(
		'CSV: a table comes back as it was written, wherever it is cut',
		fc.record({
			...{ table, delimiter, cuts: cuts(300) },
			eol: fc.constantFrom('\n', '\r\n', '\r'),
			quoted: fc.boolean(),
		}),
		async ({ table, delimiter, cuts, eol, quoted }) => {
			const text = stringify(table, {
				...{ delimiter, quoted, record_delimiter: eol },
				quoted_match: /[\r\n"]|^\s|\s$/,
			});
			const records = await recordsIn(Buffer.from(text), cuts, delimiter);
			assertEqual(
				records.map(({ fields }) => fields),
				table,
				'records',
			);
		},
	),

	property(
		'CSV: any text gives the records of a plain reader, or both refuse it',
		fc.record({ text: oddText(), delimiter, cuts: cuts() }),
		async ({ text, delimiter, cuts }) => {
			const bytes = Buffer.from(text);
			const ours = await outcomeOf(() => recordsIn(bytes, cuts, delimiter));
			const theirs = plainRecords(bytes.toString(), delimiter);
			assertEqual(ours.error === undefined ? ours.result : undefined, theirs, 'records');
		},
		1_000,
	),

	property(
		'CSV: the header and the rest are all of the bytes, wherever they are cut',
		fc.record({ text: oddText(), delimiter, cuts: cuts() }),
		async ({ text, delimiter, cuts }) => {
			const bytes = Buffer.from(text);
			const read = async (places: number[]) => {
				const { header, line, rest } = await splitHeader(inPieces(bytes, places), delimiter, fail);
				const behind = Buffer.concat(await all(rest));
				return { header: header.toString(), line: line.toString(), rest: behind.toString() };
			};
			const [whole, cut] = [await outcomeOf(() => read([])), await outcomeOf(() => read(cuts))];
			assertEqual(cut.error?.message, whole.error?.message, 'refusal');
			if (cut.error !== undefined || whole.error !== undefined) return;
			assertEqual(cut.result, whole.result, 'header');
			const { line, rest, header } = whole.result;
			assertEqual(bytes.toString().replace(/^[\r\n]+/, ''), line + rest, 'bytes');
			assertEqual(line.replace(/[\r\n]+$/, ''), header, 'header');
		},
	),

	property(
		'CSV: content ends with a line break, and nothing else is added',
		fc.record({ text: oddText(), cuts: cuts() }),
		async ({ text, cuts }) => {
			const bytes = Buffer.from(text);
			const ended = Buffer.concat(await all(endingWithBreak(inPieces(bytes, cuts)))).toString();
			const isEnded = text === '' || /[\r\n]$/.test(text);
			assertEqual(ended, bytes.toString() + (isEnded ? '' : '\n'), 'content');
		},
	),

	property(
		'CSV: reading takes steps in proportion to the file, whatever is in it and however it is cut',
		fc.record({ pattern, piece: fc.constantFrom(1, 7, 4_096, 65_536) }),
		async ({ pattern, piece }) => {
			await assertLinear(piece === 1 ? 6_000 : 30_000, (size) =>
				outcomeOf(() => rowsOf(inPiecesOf(Buffer.from(longText(pattern, size)), piece), 'csv')),
			);
		},
		8,
	),
];
