import { gzipSync } from 'node:zlib';
import fc from 'fast-check';

import { all, inPieces } from '../../unit/api/pieces';
import { assertEqual } from '../assert';
import { cuts, inPiecesOf, longText, oddText, pattern } from '../inputs';
import { decoded, openText } from '../product';
import type { Encoding } from '../product';
import { outcomeOf, property } from '../property';
import type { Property } from '../property';
import { fail, rowsOf } from '../reading';
import { assertLinear } from '../steps';

const encoding = fc.constantFrom<Encoding[]>('utf-8', 'utf-16le', 'utf-16be', 'windows-1252');

const textOf = async (bytes: Buffer, places: number[], encoding: Encoding) =>
	(await all(decoded(inPieces(bytes, places), encoding, fail, true))).join('');

/** Bytes of all kinds of files, some of them text, some damaged. */
const bytes = fc.oneof(
	oddText().map((text) => Buffer.from(text)),
	oddText().map((text) => Buffer.from(`\ufeff${text}`, 'utf16le')),
	oddText().map((text) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16()),
	oddText().map((text) => Buffer.from(text, 'latin1')),
	oddText().map((text) => gzipSync(Buffer.from(text))),
	oddText().map((text) => gzipSync(gzipSync(Buffer.from(text)))),
	fc
		.tuple(oddText(), fc.nat(60))
		.map(([text, length]) => gzipSync(Buffer.from(text)).subarray(0, length)),
	fc.uint8Array({ maxLength: 60 }).map((all) => Buffer.from(all)),
	fc
		.tuple(fc.constantFrom([0x1f, 0x8b], [0xff, 0xfe], [0xef, 0xbb, 0xbf]), fc.uint8Array())
		.map(([mark, rest]) => Buffer.from([...mark, ...rest])),
);

export const decoding: Property[] = [
	property(
		'Decoding: text is that of a plain decoder, wherever it is cut, or is refused by both',
		fc.record({ bytes, encoding, cuts: cuts() }),
		async ({ bytes, encoding, cuts }) => {
			const ours = await outcomeOf(() => textOf(bytes, cuts, encoding));
			if (encoding === 'windows-1252') {
				assertEqual(ours.error, undefined, 'refusal');
				return;
			}
			const decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
			let theirs: string | undefined;
			try {
				theirs = decoder.decode(bytes);
			} catch {
				theirs = undefined;
			}
			assertEqual(ours.error === undefined ? ours.result : undefined, theirs, 'text');
		},
		500,
	),

	property(
		'Recognition: any bytes give the same outcome, wherever they are cut',
		fc.record({
			...{ bytes, cuts: cuts() },
			hint: fc.constantFrom('csv', 'jsonl', undefined),
			encoding: fc.option(encoding, { nil: undefined }),
			delimiter: fc.constantFrom(',', ';', undefined),
		}),
		async ({ bytes, cuts, hint, ...how }) => {
			const read = (places: number[]) =>
				outcomeOf(() => rowsOf(inPieces(bytes, places), hint, how));
			const [whole, cut] = [await read([]), await read(cuts)];
			assertEqual(cut.error?.message, whole.error?.message, 'refusal');
			if (cut.error === undefined && whole.error === undefined) {
				assertEqual(cut.result, whole.result, 'rows');
			}
		},
		500,
	),

	property(
		'Recognition: what is text is all there behind its mark, under gzip or not',
		fc.record({ text: oddText(), isPacked: fc.boolean(), hasMark: fc.boolean(), cuts: cuts() }),
		async ({ text, isPacked, hasMark, cuts }) => {
			const mark = hasMark ? Buffer.from('\ufeff') : Buffer.alloc(0);
			const content = Buffer.concat([mark, Buffer.from(text)]);
			const sent = isPacked ? gzipSync(content) : content;
			const opened = await outcomeOf(() => openText(inPieces(sent, cuts), fail));
			if (opened.error !== undefined) return;
			const { content: bytes, markBytes, isUnpacked } = opened.result;
			const read = Buffer.concat([markBytes, ...(await all(bytes))]);
			assertEqual(read.toString('hex'), content.toString('hex'), 'bytes');
			assertEqual(isUnpacked, isPacked, 'unpacked');
		},
	),

	property(
		'Decoding: takes steps in proportion to the bytes, valid or not, however they are cut',
		fc.record({
			...{ pattern, encoding },
			tail: fc.uint8Array({ maxLength: 4 }),
			piece: fc.constantFrom(1, 3, 65_536),
		}),
		async ({ pattern, encoding, tail, piece }) => {
			await assertLinear(piece === 65_536 ? 30_000 : 6_000, (size) => {
				const bytes = Buffer.concat([Buffer.from(longText(pattern, size)), tail]);
				return outcomeOf(() => rowsOf(inPiecesOf(bytes, piece), undefined, { encoding }));
			});
		},
		8,
	),
];
