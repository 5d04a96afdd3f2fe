import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';

import { csvRecords } from '../../../nodes/ArchetypeAi/api/rows/csv';
import { decoded } from '../../../nodes/ArchetypeAi/api/rows/decode';
import { endingWithBreak, splitHeader } from '../../../nodes/ArchetypeAi/api/rows/lines';
import { openText } from '../../../nodes/ArchetypeAi/api/rows/open';
import { all, fail, inPieces } from './pieces';

const RUNS = { numRuns: 500 };

/** Text from a small alphabet, so that characters special to CSV often meet. */
const oddText = fc
	.array(fc.constantFrom('"', '"', ',', '\n', '\r', '\r\n', 'a', 'é', '🙂', '\ufeff'), {
		maxLength: 40,
	})
	.map((pieces) => pieces.join(''));

const cuts = fc.array(fc.nat(60), { maxLength: 12 });

const bytesOf = async (content: AsyncIterable<Buffer>) => Buffer.concat(await all(content));

const recordsOf = async (bytes: Buffer, places: number[]) => {
	const { content } = await openText(inPieces(bytes, places), fail);
	return (await all(csvRecords(decoded(content, 'utf-8', fail), ',', fail))).flat();
};

test('CSV comes back as it was written, wherever it is cut, between quotes and within characters', async () => {
	const field = fc.oneof(oddText, fc.string({ unit: 'grapheme' }));
	const table = fc
		.integer({ min: 2, max: 4 })
		.chain((width) => fc.array(fc.array(field, { minLength: width, maxLength: width })));
	const style = fc.record({
		record_delimiter: fc.constantFrom('\n', '\r\n'),
		quoted: fc.boolean(),
		eof: fc.boolean(),
		bom: fc.boolean(),
	});
	await fc.assert(
		fc.asyncProperty(table, style, cuts, async (rows, options, places) => {
			// A byte order mark before the first field would belong to the file.
			if (rows[0]?.[0]?.startsWith('\ufeff')) rows[0][0] = '';
			const bytes = Buffer.from(stringify(rows, { ...options, quoted_match: /["\r\n]/ }));
			expect((await recordsOf(bytes, places)).map(({ fields }) => fields)).toEqual(rows);
		}),
		RUNS,
	);
});

test('where CSV is cut makes no difference, whatever it holds', async () => {
	const outcome = async (bytes: Buffer, places: number[]) =>
		await recordsOf(bytes, places).catch((error: Error) => error.message);
	await fc.assert(
		fc.asyncProperty(oddText, cuts, async (text, places) => {
			const bytes = Buffer.from(text);
			expect(await outcome(bytes, places)).toEqual(await outcome(bytes, []));
		}),
		{ numRuns: 5_000 },
	);
});

test('a byte order mark, and where content is cut, make no difference to how lines are told apart', async () => {
	const split = async (bytes: Buffer, places: number[]) => {
		const { content } = await openText(inPieces(bytes, places), fail);
		const { header, line, rest } = await splitHeader(content, ',', fail);
		return [header, line, await bytesOf(rest)].map(String);
	};
	await fc.assert(
		fc.asyncProperty(oddText, cuts, async (text, places) => {
			const bytes = Buffer.from(text);
			const outcome = (places: number[]) =>
				split(bytes, places).catch((error: Error) => error.message);
			expect(await outcome(places)).toEqual(await outcome([]));

			const withoutBom = Buffer.from(text.replace(/^\ufeff/, ''));
			const isEnded = withoutBom.length === 0 || [0x0a, 0x0d].includes(withoutBom.at(-1)!);
			const ended = isEnded ? withoutBom : Buffer.concat([withoutBom, Buffer.from('\n')]);
			const { content } = await openText(inPieces(bytes, places), fail);
			const joined = await bytesOf(endingWithBreak(content));
			expect(joined.equals(ended)).toBe(true);
		}),
		{ numRuns: 5_000 },
	);
});

test('a header ends where the parser of rows sees it end', async () => {
	await fc.assert(
		fc.asyncProperty(oddText, fc.boolean(), async (text, hasBom) => {
			const bytes = Buffer.from((hasBom ? '\ufeff' : '') + text.replaceAll('\ufeff', ''));
			const records = await recordsOf(bytes, []).catch(() => undefined);
			fc.pre(records !== undefined && records.length > 0);
			const { content } = await openText(inPieces(bytes, []), fail);
			const { line, rest } = await splitHeader(content, ',', fail);
			const fields = async (part: Buffer) => (await recordsOf(part, [])).map((one) => one.fields);
			expect(await fields(line)).toEqual([records[0]!.fields]);
			expect(await fields(await bytesOf(rest))).toEqual(records.slice(1).map((one) => one.fields));
		}),
		{ numRuns: 5_000 },
	);
});
