import fc from 'fast-check';

import { readAll, readRows } from '../../../nodes/ArchetypeAi/api/pages';
import type { List } from '../../../nodes/ArchetypeAi/api/pages';
import { node } from './node';
import { scripts, ShiftingList, still } from './shiftingList';
import type { Row, Script, Step } from './shiftingList';

type Reader = (list: List<Row>, limit?: number) => AsyncIterable<Row[]>;

/** The reader never makes more than this many requests without a row that is new to it. */
const STALE_PAGES = 20;

async function idsOf(reading: AsyncIterable<Row[]>): Promise<string[]> {
	const ids: string[] = [];
	for await (const rows of reading) ids.push(...rows.map(({ id }) => id));
	return ids;
}

/** No row twice, and every row that was there from the first page to the last. */
function expectEachRowOnce(ids: string[], list: ShiftingList): void {
	const read = new Set(ids);
	expect(ids).toHaveLength(read.size);
	expect(list.untouched.filter((id) => !read.has(id))).toEqual([]);
}

const stillScripts = fc
	.tuple(fc.integer({ min: 0, max: 350 }), fc.integer({ min: 2, max: 100 }))
	.map(([rows, clamp]) => still(rows, clamp));

/** What must hold of any reader, so that it can be shown to fail for careless ones. */
const promises: Record<string, (reader: Reader) => fc.IAsyncProperty<unknown>> = {
	'rows that stay come exactly once': (reader: Reader) =>
		fc.asyncProperty(scripts(['insert', 'delete'], [0, 0, 1, 25]), async (script) => {
			const list = new ShiftingList(script);
			expectEachRowOnce(await idsOf(reader(list)), list);
		}),

	'rows that do not move come exactly once while others move to the head': (reader: Reader) =>
		fc.asyncProperty(scripts(['moveToHead', 'insert', 'delete']), async (script) => {
			const list = new ShiftingList(script);
			expectEachRowOnce(await idsOf(reader(list)), list);
		}),

	'a total that is too low hides no row that it counts': (reader: Reader) =>
		fc.asyncProperty(stillScripts, fc.integer({ min: -60, max: 0 }), async (script, miscount) => {
			const { rows, steps } = script;
			const list = new ShiftingList(still(rows, steps[0]!.clamp, miscount));
			const ids = await idsOf(reader(list));
			expect(ids).toEqual(list.untouched.slice(0, Math.max(ids.length, rows + miscount)));
		}),

	'Limit gives as many rows as there are, and no more': (reader: Reader) =>
		fc.asyncProperty(
			scripts(['insert', 'delete']),
			fc.integer({ min: 1, max: 200 }),
			async (script, limit) => {
				const list = new ShiftingList(script);
				const ids = await idsOf(reader(list, limit));
				expect(ids).toHaveLength(new Set(ids).size);
				expect(ids.length).toBeLessThanOrEqual(limit);
				expect(ids.length).toBeGreaterThanOrEqual(Math.min(limit, list.untouched.length));
			},
		),

	'no page is read that is not needed': (reader: Reader) =>
		fc.asyncProperty(
			stillScripts,
			fc.option(fc.integer({ min: 1, max: 400 }), { nil: Infinity }),
			async (script, limit) => {
				const list = new ShiftingList(script);
				const ids = await idsOf(reader(list, limit));
				expect(ids).toEqual(list.untouched.slice(0, limit));
				expect(list.reads.length).toBeLessThanOrEqual(pagesNeeded(script, ids.length));
				expect(Math.max(...list.reads.map((read) => read.limit))).toBeLessThanOrEqual(100);
				const served = list.reads.reduce((sum, read) => sum + read.rows, 0);
				expect(served).toBeLessThan(ids.length + list.reads.length);
			},
		),
};

/** Each page but the first may start with a row already known. */
function pagesNeeded({ steps }: Script, rows: number): number {
	const { clamp } = steps[0]!;
	return rows <= clamp ? 1 : 1 + Math.ceil((rows - clamp) / (clamp - 1));
}

const RUNS = { numRuns: 200 };

/** A read before which nothing else happens, with pages of any size. */
const quiet = (...changes: Step['changes']): Step => ({ changes, clamp: 100, miscount: 0 });

describe('Return All gives each row once, though pages shift', () => {
	test.each(Object.entries(promises))('%s', async (_, promise) => {
		await fc.assert(promise(readRows), RUNS);
	});

	test('however many rows go while they are read', async () => {
		const rowsGo = quiet({ kind: 'delete', at: 0, rows: 400 });
		const steps = [...Array<Step>(8).fill(quiet()), rowsGo, quiet(), quiet(), quiet(), quiet()];
		const list = new ShiftingList({ rows: 3000, steps: [...steps, ...steps, quiet()] });
		expectEachRowOnce(await idsOf(readRows(list)), list);
		expect(list.reads.length).toBeLessThan(50);
	});

	test('a row that goes costs two requests, each time', async () => {
		const rowGoes = quiet({ kind: 'delete', at: 0, rows: 1 });
		const steps = Array.from({ length: 24 }, (_, read) => (read % 3 === 2 ? rowGoes : quiet()));
		const list = new ShiftingList({ rows: 2000, steps: [...steps, quiet()] });
		expectEachRowOnce(await idsOf(readRows(list)), list);
		expect(list.reads.length).toBeLessThanOrEqual(pagesNeeded(still(2000), 2000) + 2 * 8);
	});

	test('a row that appears costs two requests, and comes last', async () => {
		const appears = quiet({ kind: 'insert', at: 0, rows: 1 });
		const list = new ShiftingList({ rows: 250, steps: [quiet(), appears, quiet()] });
		expect((await idsOf(readRows(list))).at(-1)).toBe('row-250');
		expect(list.reads).toHaveLength(3 + 2);
	});

	test('rows that moved in front of the reader are fetched in the end', async () => {
		const moved = quiet({ kind: 'moveToHead', at: 0.9, rows: 3 });
		const list = new ShiftingList({ rows: 300, steps: [quiet(), moved, quiet()] });
		expect(await idsOf(readRows(list))).toHaveLength(300);
	});

	test('a total that is too high costs three requests and nothing else', async () => {
		const list = new ShiftingList(still(250, 100, 5));
		expect(await idsOf(readRows(list))).toEqual(list.untouched);
		expect(list.reads).toHaveLength(3 + 3);
	});

	test('rows behind a total that is too low come, too', async () => {
		const list = new ShiftingList(still(250, 100, -70));
		expect(await idsOf(readRows(list))).toEqual(list.untouched);
	});

	test('the last row for a Limit is found though many appear in front of it', async () => {
		const appear = quiet({ kind: 'insert', at: 0, rows: 40 });
		const list = new ShiftingList({ rows: 300, steps: [quiet(), appear, quiet()] });
		expect(await idsOf(readRows(list, 101))).toEqual(list.untouched.slice(0, 101));
	});

	test('a service that gives one row a page is followed, too', async () => {
		const list = new ShiftingList(still(30, 1));
		expect(await idsOf(readRows(list))).toEqual(list.untouched);
	});

	test('a row that the service has twice comes once, and is no reason to fail', async () => {
		for (const [first, again] of [
			[3, 7],
			[99, 100],
			[20, 180],
		] as const) {
			const list = new ShiftingList(still(200, 200));
			const { page } = list;
			const doubled: typeof page = async (offset, limit) => {
				const { rows } = await page(0, 200);
				rows.splice(again, 0, rows[first]!);
				return { total: 201, rows: rows.slice(offset, offset + limit), at: 0 };
			};
			const reading = readRows({ about: list.about, idOf: list.idOf, page: doubled });
			expectEachRowOnce(await idsOf(reading), list);
		}
	});

	test('readAll gives the rows of all pages in one array', async () => {
		const list = new ShiftingList(still(250));
		expect((await readAll(list)).map(list.idOf)).toEqual(list.untouched);
	});

	test('a page that fails ends the reading with its error', async () => {
		const list = new ShiftingList(still(250));
		const page: typeof list.page = async (offset, limit) => {
			if (offset > 0) throw new Error('HTTP 500');
			return await list.page(offset, limit);
		};
		await expect(readAll({ about: list.about, idOf: list.idOf, page })).rejects.toThrow('HTTP 500');
	});
});

describe('a service that repeats pages does not loop for ever', () => {
	/** A list whose pages are made by `rowAt`, whatever is asked for. */
	const madeUp = (total: number, rowsAt: (offset: number, limit: number) => number[]) => {
		const requests: number[] = [];
		const list: List<Row> = {
			about: { node, path: '/batch/jobs', itemIndex: 2 },
			idOf: ({ id }) => id,
			page: async (offset, limit) => {
				requests.push(offset);
				return { total, rows: rowsAt(offset, limit).map((row) => ({ id: `row-${row}` })), at: 0 };
			},
		};
		return { list, requests };
	};
	const range = (from: number, rows: number) => Array.from({ length: rows }, (_, i) => from + i);

	test.each([
		['its first page', (_: number, limit: number) => range(0, limit)],
		[
			'two pages in turn',
			(offset: number, limit: number) => range((offset * 7) % 2 ? 100 : 0, limit),
		],
		['the start behind the end', (offset: number, limit: number) => range(offset % 150, limit)],
		['its last page', (offset: number, limit: number) => range(Math.min(offset, 50), limit)],
		['one row', () => [7]],
	])('%s: an error, not a short list', async (_, rowsAt) => {
		for (const total of [298, 397, 100_000]) {
			const { list, requests } = madeUp(total, rowsAt);
			const reading = readAll(list);
			await expect(reading).rejects.toMatchObject({
				message: 'The service keeps sending the same rows',
				description: expect.stringMatching(
					new RegExp(`of ${total} rows of /batch/jobs were read`),
				) as string,
				context: { itemIndex: 2 },
			});
			expect(requests.length).toBeLessThan(10 * STALE_PAGES);
		}
	});

	test('empty pages end the list, whatever the total', async () => {
		const { list, requests } = madeUp(500, () => []);
		expect(await readAll(list)).toEqual([]);
		expect(requests.length).toBeLessThan(5);
	});

	test('any answers at all: it ends, and gives no row twice', async () => {
		const answers = fc.array(fc.tuple(fc.nat(300), fc.array(fc.nat(40), { maxLength: 8 })));
		await fc.assert(
			fc.asyncProperty(answers, fc.nat(300), async (script, lastTotal) => {
				let requests = 0;
				const list: List<Row> = {
					...madeUp(0, () => []).list,
					page: async () => {
						const [total, rows] = script[requests % script.length || 0] ?? [lastTotal, []];
						requests++;
						return { total, rows: rows.map((row) => ({ id: `row-${row}` })), at: 0 };
					},
				};
				const ids: string[] = [];
				try {
					for await (const rows of readRows(list)) ids.push(...rows.map(list.idOf));
				} catch (error) {
					expect(error).toMatchObject({ message: 'The service keeps sending the same rows' });
				}
				expect(new Set(ids).size).toBe(ids.length);
				// Two walks, each with a new row at least every so many pages.
				expect(requests).toBeLessThanOrEqual(2 * (STALE_PAGES + 1) * (ids.length + 1));
			}),
			RUNS,
		);
	});
});

describe('the promises above can fail: they find what a careless reader loses', () => {
	/** Reads on from where it thinks it is until a page is the last one. */
	const careless = (habits: {
		keepsRepeats?: boolean;
		movesByRequestedSize?: boolean;
		stopsAtShortPage?: boolean;
		ignoresLimit?: boolean;
	}): Reader =>
		async function* (list, limit = Infinity) {
			const seen = new Set<string>();
			for (let offset = 0; seen.size < limit;) {
				const page = await list.page(offset, 100);
				const fresh = page.rows.filter(({ id }) => habits.keepsRepeats || !seen.has(id));
				const rows = habits.ignoresLimit ? fresh : fresh.slice(0, limit - seen.size);
				for (const { id } of rows) seen.add(id);
				yield rows;
				offset += habits.movesByRequestedSize ? 100 : page.rows.length;
				const shortest = habits.stopsAtShortPage ? 100 : 1;
				if (page.rows.length < shortest || offset >= page.total) return;
			}
		};

	test.each<[string, Reader, string[]]>([
		[
			'does not see that rows in front of it went',
			careless({}),
			[
				'rows that stay come exactly once',
				'rows that do not move come exactly once while others move to the head',
			],
		],
		[
			'keeps the rows that a page repeats',
			careless({ keepsRepeats: true }),
			['rows that stay come exactly once', 'Limit gives as many rows as there are, and no more'],
		],
		[
			'moves on by the rows it asked for',
			careless({ movesByRequestedSize: true }),
			['a total that is too low hides no row that it counts', 'no page is read that is not needed'],
		],
		[
			'takes a short page for the last one',
			careless({ stopsAtShortPage: true }),
			['a total that is too low hides no row that it counts', 'no page is read that is not needed'],
		],
		[
			'gives whole pages whatever the limit',
			careless({ ignoresLimit: true }),
			['Limit gives as many rows as there are, and no more', 'no page is read that is not needed'],
		],
	])('a reader that %s', async (_, reader, broken) => {
		for (const name of broken) {
			expect(await fc.check(promises[name]!(reader), RUNS)).toMatchObject({ failed: true });
		}
	});
});
