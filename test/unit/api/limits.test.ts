// Every limit in docs/limits.md is tested here or in the tests that its table names: what is within
// it passes, what exceeds it is an error that says so.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';

import { MOST_ERROR_BYTES, MOST_REPLY_BYTES, readBody } from '../../../nodes/ArchetypeAi/api/body';
import { problemOfGrowth } from '../../../nodes/ArchetypeAi/api/files/encoding';
import type { OpenFile } from '../../../nodes/ArchetypeAi/api/files/open';
import { ChosenColumns, columnNames } from '../../../nodes/ArchetypeAi/api/rows/columns';
import { dialectOf } from '../../../nodes/ArchetypeAi/api/rows/dialect';
import { gunzipped } from '../../../nodes/ArchetypeAi/api/rows/gunzip';
import { Findings } from '../../../nodes/ArchetypeAi/api/rows/findings';
import {
	LONGEST_HEADER,
	LONGEST_LINE,
	LONGEST_NAME,
	MOST_COLUMNS,
	MOST_UNPACKED,
} from '../../../nodes/ArchetypeAi/api/rows/limits';
import { splitHeader } from '../../../nodes/ArchetypeAi/api/rows/lines';
import { rowsIn } from '../../../nodes/ArchetypeAi/api/rows/read';
import { fail } from './pieces';

async function* inChunks(content: Buffer): AsyncGenerator<Buffer> {
	for (let at = 0; at < content.length; at += 65_536) yield content.subarray(at, at + 65_536);
}

async function read(content: Buffer, format: 'csv' | 'jsonl'): Promise<number> {
	const options = { columns: new ChosenColumns([]), findings: new Findings(), source: [] };
	let count = 0;
	for await (const rows of rowsIn(
		inChunks(content),
		{ name: 'x', hint: { format } },
		options,
		fail,
	)) {
		count += rows.length;
	}
	return count;
}

describe('a line', () => {
	const jsonl = (length: number) => Buffer.from(`{"v":"${'x'.repeat(length - 8)}"}\n{"v":1}\n`);
	const csv = (length: number) => Buffer.from(`a,b\n1,"${'x'.repeat(length - 5)}"\n2,3\n`);

	test.each([
		['JSONL', 'jsonl', jsonl],
		['CSV', 'csv', csv],
	] as const)(
		'F6 of 16 MB of %s is read, one beyond the limit is an error',
		async (_, hint, make) => {
			expect(await read(make(16 * 1024 * 1024), hint)).toBe(2);
			await expect(read(make(LONGEST_LINE + 70_000), hint)).rejects.toThrow(
				`longer than ${LONGEST_LINE} characters`,
			);
		},
	);
});

describe('columns', () => {
	const header = (count: number) => Buffer.from(`${'a,'.repeat(count - 1)}a\n`);

	test('as many as the limit are read, more are an error', async () => {
		expect(await read(header(MOST_COLUMNS), 'csv')).toBe(0);
		await expect(read(header(MOST_COLUMNS + 1), 'csv')).rejects.toThrow(
			`more than ${MOST_COLUMNS} fields`,
		);
	});

	test('a name that is too long is an error', async () => {
		const named = (length: number) => Buffer.from(`${'n'.repeat(length)},b\n1,2\n`);
		expect(await read(named(LONGEST_NAME), 'csv')).toBe(1);
		await expect(read(named(LONGEST_NAME + 1), 'csv')).rejects.toThrow(
			'name of a column is longer',
		);
	});

	test('F6 many of one name take steps in proportion to how many there are', () => {
		fc.assert(
			fc.property(
				fc.array(fc.constantFrom('a', 'a_2', 'a_3', 'b'), { maxLength: 2_000 }),
				(names) => {
					let steps = 0;
					const distinct = columnNames(names, [], fail, () => steps++);
					expect(new Set(distinct).size).toBe(names.length);
					expect(steps).toBeLessThanOrEqual(2 * names.length);
				},
			),
			{ numRuns: 50 },
		);
	});
});

test('a header line that parts are combined by', async () => {
	const header = (length: number) => inChunks(Buffer.from(`${'x'.repeat(length)}\n1\n`));
	const { line } = await splitHeader(header(LONGEST_HEADER - 1_000), ',', fail);
	expect(line.length).toBe(LONGEST_HEADER - 999);
	await expect(splitHeader(header(LONGEST_HEADER + 70_000), ',', fail)).rejects.toThrow(
		'no header line within a megabyte',
	);
});

test('a compressed file that unpacks to far more than a table does', async () => {
	const bomb = gzipSync(Buffer.alloc(MOST_UNPACKED.bytes + 70_000_000, 'a,b\n'));
	await expect(read(bomb, 'csv')).rejects.toThrow(`more than ${MOST_UNPACKED.ratio} times`);
}, 120_000);

test('an object stored encoded that unpacks to far more than a result does', () => {
	const file = { statusCode: 200, headers: { 'content-length': '2000000' } } as unknown as OpenFile;
	const most = 2_000_000 * 200;
	expect(problemOfGrowth(file, most)).toBeUndefined();
	expect(problemOfGrowth(file, most + 1)).toContain('it unpacks to more than 200 times its size');
});

test('F1 a compressed file whose reader stops early harms nobody', async () => {
	const packed = gzipSync(Buffer.alloc(3_000_000, 'a,b\n'));
	for (let run = 0; run < 100; run++) {
		let left = run % 40;
		for await (const chunk of gunzipped(inChunks(packed), fail)) {
			expect(chunk.length).toBeGreaterThan(0);
			if (left-- === 0) break;
		}
	}
	// If the unpacker fails then, the error is thrown a moment later where nothing can catch it.
	await delay(200);
});

test('a delimiter is looked for in the first lines, however long the file', () => {
	const text = 'a;b\n1;2\n';
	const dialect = dialectOf({ text, isAll: true }, { format: 'csv' }, undefined, fail);
	expect(dialect).toEqual({ format: 'csv', delimiter: ';', by: 'lines' });
});

describe('a reply', () => {
	const body = (bytes: number) => inChunks(Buffer.from(`{"v":"${'x'.repeat(bytes - 8)}"}`));

	test('of as many bytes as the limit is read, more are an error', async () => {
		expect(await readBody(body(MOST_REPLY_BYTES), true)).toHaveProperty('v');
		await expect(readBody(body(MOST_REPLY_BYTES + 70_000), true)).rejects.toThrow(
			'more than 32 MiB',
		);
	});

	test("an error's is read up to its limit", async () => {
		const text = await readBody(inChunks(Buffer.alloc(MOST_ERROR_BYTES + 70_000, 'x')), false);
		expect(text).toHaveLength(MOST_ERROR_BYTES);
	});
});

test('docs/limits.md has each limit as it is', () => {
	const page = readFileSync(join(__dirname, '../../../docs/limits.md'), 'utf8');
	const limits = [
		...[
			`${LONGEST_LINE / 2 ** 20} MiB`,
			MOST_COLUMNS.toLocaleString('en'),
			String(MOST_UNPACKED.ratio),
		],
		...[LONGEST_NAME.toLocaleString('en'), `${MOST_REPLY_BYTES / 2 ** 20} MiB`, '100,000'],
	];
	for (const limit of limits) expect(page).toContain(limit);

	const tests = readdirSync(join(__dirname, '../..'), { recursive: true, encoding: 'utf8' });
	const rows = page.split('\n').filter((line) => /^\| .+\.test\.ts +\|$/.test(line));
	expect(rows.length).toBe(
		page.split('\n').filter((line) => /^\| (?!what +\||-)/.test(line)).length,
	);
	for (const row of rows) {
		const [file = ''] = /[\w-]+\.test\.ts/.exec(row) ?? [];
		expect(tests.some((path) => path.endsWith(`/${file}`))).toBe(true);
	}
});
