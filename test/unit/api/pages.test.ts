import fc from 'fast-check';

import { readRows } from '../../../nodes/ArchetypeAi/api/pages';
import type { List } from '../../../nodes/ArchetypeAi/api/pages';
import { complaining } from './node';
import { Network, scripts, ShiftingList, still } from './shiftingList';
import type { Row, Script, Step } from './shiftingList';

type Reader = (list: List<Row>, limit?: number) => AsyncIterable<Row[]>;

/** The reader never makes more than this many requests without getting a new row. */
const STALE_PAGES = 20;

async function idsOf(reading: AsyncIterable<Row[]>): Promise<string[]> {
	const ids: string[] = [];
	for await (const rows of reading) ids.push(...rows.map(({ id }) => id));
	return ids;
}

/** No duplicates, and every row present from the first page to the last, in order. */
function expectEachRowOnce(ids: string[], list: ShiftingList): void {
	expect(ids).toHaveLength(new Set(ids).size);
	const untouched = new Set(list.untouched);
	expect(ids.filter((id) => untouched.has(id))).toEqual(list.untouched);
}

/** Reads through a network delayed by the scheduler. */
async function idsBy(reader: Reader, list: List<Row>, scheduler: fc.Scheduler, limit?: number) {
	const network = new Network(list, scheduler);
	const ids = await scheduler.waitFor(idsOf(reader(network, limit)));
	return { ids, network };
}

const stillScripts = fc
	.tuple(fc.integer({ min: 0, max: 350 }), fc.integer({ min: 2, max: 100 }))
	.map(([rows, clamp]) => still(rows, clamp));

/** What must hold for any reader, stated so that it can be shown to fail for careless ones. */
const promises: Record<string, (reader: Reader) => fc.IAsyncProperty<unknown>> = {
	'rows that stay come exactly once, in their order': (reader: Reader) =>
		fc.asyncProperty(
			scripts(['insert', 'delete'], [0, 0, 1, 25]),
			fc.scheduler(),
			async (script, scheduler) => {
				const list = new ShiftingList(script);
				expectEachRowOnce((await idsBy(reader, list, scheduler)).ids, list);
			},
		),

	'rows that do not move come exactly once while others move to the head': (reader: Reader) =>
		fc.asyncProperty(
			scripts(['moveToHead', 'insert', 'delete']),
			fc.scheduler(),
			async (script, scheduler) => {
				const list = new ShiftingList(script);
				expectEachRowOnce((await idsBy(reader, list, scheduler)).ids, list);
			},
		),

	'a total that is too low hides no row that it counts': (reader: Reader) =>
		fc.asyncProperty(
			stillScripts,
			fc.integer({ min: -60, max: 0 }),
			fc.scheduler(),
			async (script, miscount, scheduler) => {
				const { rows, steps } = script;
				const list = new ShiftingList(still(rows, steps[0]!.clamp, miscount));
				const { ids } = await idsBy(reader, list, scheduler);
				expect(ids).toEqual(list.untouched.slice(0, Math.max(ids.length, rows + miscount)));
			},
		),

	'Limit gives as many rows as there are, and no more': (reader: Reader) =>
		fc.asyncProperty(
			scripts(['insert', 'delete']),
			fc.integer({ min: 1, max: 200 }),
			fc.scheduler(),
			async (script, limit, scheduler) => {
				const list = new ShiftingList(script);
				const { ids } = await idsBy(reader, list, scheduler, limit);
				expect(ids).toHaveLength(new Set(ids).size);
				expect(ids.length).toBeLessThanOrEqual(limit);
				expect(ids.length).toBeGreaterThanOrEqual(Math.min(limit, list.untouched.length));
			},
		),

	'no page is read that is not needed': (reader: Reader) =>
		fc.asyncProperty(
			stillScripts,
			fc.option(fc.integer({ min: 1, max: 400 }), { nil: Infinity }),
			fc.scheduler(),
			async (script, limit, scheduler) => {
				const list = new ShiftingList(script);
				const { ids, network } = await idsBy(reader, list, scheduler, limit);
				expect(ids).toEqual(list.untouched.slice(0, limit));
				expect(network.asked.length).toBeLessThanOrEqual(pagesNeeded(script, ids.length));
				expect(Math.max(...list.reads.map((read) => read.limit))).toBeLessThanOrEqual(100);
				const served = list.reads.reduce((sum, read) => sum + read.rows, 0);
				expect(served).toBeLessThan(ids.length + list.reads.length);
			},
		),
};

/** Every page except the first may start with a known row. */
function pagesNeeded({ steps }: Script, rows: number): number {
	const { clamp } = steps[0]!;
	return rows <= clamp ? 1 : 1 + Math.ceil((rows - clamp) / (clamp - 1));
}

const RUNS = { numRuns: Number(process.env.LIST_RUNS ?? 100) };

/** A read before which nothing else happens, with pages of any size. */
const quiet = (...changes: Step['changes']): Step => ({ changes, clamp: 100, miscount: 0 });

/** The package's reader with this many concurrent page requests. */
const readerOf =
	(concurrency: number): Reader =>
	(list, limit) =>
		readRows(list, limit, { concurrency });

describe.each([1, 2, 4, 16])('Return All, pages at the same time: %d', (concurrency) => {
	const reader = readerOf(concurrency);

	test.each(Object.entries(promises))('%s', async (_, promise) => {
		await fc.assert(promise(reader), RUNS);
	});

	test('never more requests at the same time', async () => {
		const property = fc.asyncProperty(
			scripts(['insert', 'delete']),
			fc.scheduler(),
			async (script, scheduler) => {
				const { network } = await idsBy(reader, new ShiftingList(script), scheduler);
				expect(network.mostInFlight).toBeLessThanOrEqual(concurrency);
			},
		);
		await fc.assert(property, RUNS);
	});

	test('as many requests at the same time as may be, but the first page alone', async () => {
		const waits: Array<() => void> = [];
		const list = new ShiftingList(still(5_000));
		const page: typeof list.page = async (offset, limit) => {
			await new Promise<void>((answer) => waits.push(answer));
			return await list.page(offset, limit);
		};
		const reading = idsOf(reader({ about: list.about, idOf: list.idOf, page }));
		const inFlight: number[] = [];
		for (let turn = 0; turn < 20; turn++) {
			await new Promise(setImmediate);
			inFlight.push(waits.length);
			waits.splice(0).forEach((answer) => answer());
		}
		expect(inFlight[0]).toBe(1);
		expect(inFlight.slice(1, 4)).toEqual([concurrency, concurrency, concurrency]);
		while (list.reads.length < pagesNeeded(still(5_000), 5_000)) {
			await new Promise(setImmediate);
			waits.splice(0).forEach((answer) => answer());
		}
		expect(await reading).toEqual(list.untouched);
	});

	test('however many rows go while they are read', async () => {
		const rowsGo = quiet({ kind: 'delete', at: 0, rows: 400 });
		const steps = [...Array<Step>(8).fill(quiet()), rowsGo, quiet(), quiet(), quiet(), quiet()];
		const list = new ShiftingList({ rows: 3000, steps: [...steps, ...steps, quiet()] });
		expectEachRowOnce(await idsOf(reader(list)), list);
		expect(list.reads.length).toBeLessThan(50 + 4 * concurrency);
	});

	test('a row that goes costs two requests and those on their way, each time', async () => {
		const rowGoes = quiet({ kind: 'delete', at: 0, rows: 1 });
		const steps = Array.from({ length: 24 }, (_, read) => (read % 3 === 2 ? rowGoes : quiet()));
		const list = new ShiftingList({ rows: 2000, steps: [...steps, quiet()] });
		expectEachRowOnce(await idsOf(reader(list)), list);
		const cost = 8 * (1 + concurrency);
		expect(list.reads.length).toBeLessThanOrEqual(pagesNeeded(still(2000), 2000) + cost);
	});

	test('a row that appears costs two requests, and comes last', async () => {
		const appears = quiet({ kind: 'insert', at: 0, rows: 1 });
		const list = new ShiftingList({ rows: 250, steps: [quiet(), appears, quiet()] });
		expect((await idsOf(reader(list))).at(-1)).toBe('row-250');
		expect(list.reads).toHaveLength(3 + 2);
	});

	test.each([1, 3])(
		'%d rows that appear before every page do not keep it from its end',
		async (rows) => {
			const appear = quiet({ kind: 'insert', at: 0, rows });
			const list = new ShiftingList({ rows: 1000, steps: Array<Step>(500).fill(appear) });
			expectEachRowOnce(await idsOf(reader(list)), list);
			expect(list.reads.length).toBeLessThan(20);
		},
	);

	test('rows that moved in front of the reader are fetched in the end', async () => {
		const moved = quiet({ kind: 'moveToHead', at: 0.9, rows: 3 });
		const list = new ShiftingList({ rows: 300, steps: [quiet(), moved, quiet()] });
		expect(await idsOf(reader(list))).toHaveLength(300);
	});

	test('a total that is too high costs three requests and nothing else', async () => {
		const list = new ShiftingList(still(250, 100, 5));
		expect(await idsOf(reader(list))).toEqual(list.untouched);
		expect(list.reads).toHaveLength(3 + 3);
	});

	test('rows behind a total that is too low come, too', async () => {
		const list = new ShiftingList(still(250, 100, -70));
		expect(await idsOf(reader(list))).toEqual(list.untouched);
	});

	test('the last row for a Limit is found though many appear in front of it', async () => {
		const appear = quiet({ kind: 'insert', at: 0, rows: 40 });
		const list = new ShiftingList({ rows: 300, steps: [quiet(), appear, quiet()] });
		expect(await idsOf(reader(list, 101))).toEqual(list.untouched.slice(0, 101));
	});

	test('pages that become smaller, then larger, are followed', async () => {
		const clamped = (clamp: number, reads: number) =>
			Array<Step>(reads).fill({ changes: [], clamp, miscount: 0 });
		const steps = [...clamped(100, 8), ...clamped(20, 12), ...clamped(100, 1)];
		const list = new ShiftingList({ rows: 3000, steps });
		expect(await idsOf(reader(list))).toEqual(list.untouched);
		expect(list.reads.length).toBeLessThan(30 + 12 + 3 * concurrency);
	});

	test('a service that gives one row a page is followed, too', async () => {
		const list = new ShiftingList(still(30, 1));
		expect(await idsOf(reader(list))).toEqual(list.untouched);
	});

	test('rows to leave out do not count', async () => {
		const list = new ShiftingList(still(500));
		const except = new Set(list.untouched.slice(10, 140));
		const ids = await idsOf(readRows(list, 150, { concurrency, except }));
		expect(ids).toEqual(list.untouched.filter((id) => !except.has(id)).slice(0, 150));
		expect(list.reads.length).toBeLessThanOrEqual(concurrency === 1 ? 3 : 4);
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
			const reading = reader({ about: list.about, idOf: list.idOf, page: doubled });
			expectEachRowOnce(await idsOf(reading), list);
		}
	});

	/** A list whose pages from `offset` on never arrive; `onTheirWay` counts them. */
	function stuckFrom(stuckOffset: number) {
		const list = new ShiftingList(still(5_000));
		const stuck = { onTheirWay: 0, list: { ...list, page: list.page } };
		stuck.list.page = async (offset, limit, signal) => {
			if (offset < stuckOffset) return await list.page(offset, limit);
			stuck.onTheirWay++;
			return await new Promise((_, reject) => {
				signal?.addEventListener('abort', () => {
					stuck.onTheirWay--;
					reject(signal.reason as Error);
				});
			});
		};
		return stuck;
	}

	test('a page that fails ends the reading with its error, and what is on its way', async () => {
		const stuck = stuckFrom(495);
		const { page } = stuck.list;
		let most = 0;
		stuck.list.page = async (offset, limit, signal) => {
			if (offset !== 396) return await page(offset, limit, signal);
			await new Promise(setImmediate);
			most = stuck.onTheirWay;
			throw new Error('HTTP 500');
		};
		await expect(idsOf(reader(stuck.list))).rejects.toThrow('HTTP 500');
		expect(most).toBe(concurrency - 1);
		expect(stuck.onTheirWay).toBe(0);
	});

	test('who stops reading gives up what is on its way', async () => {
		const stuck = stuckFrom(495);
		let read = 0;
		let most = 0;
		for await (const rows of reader(stuck.list)) {
			read += rows.length;
			await new Promise(setImmediate);
			most = stuck.onTheirWay;
			if (read > 400) break;
		}
		expect(most).toBe(concurrency === 1 ? 0 : concurrency);
		expect(stuck.onTheirWay).toBe(0);
	});
});

describe.each([1, 2, 4, 16])(
	'a service that repeats pages does not loop for ever: %d',
	(concurrency) => {
		/** A list whose pages are made by `rowAt`, whatever is requested. */
		const madeUp = (total: number, rowsAt: (offset: number, limit: number) => number[]) => {
			const requests: number[] = [];
			const list: List<Row> = {
				about: { ...complaining(2), path: '/batch/jobs' },
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
				const reading = idsOf(readRows(list, Infinity, { concurrency }));
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
			expect(await idsOf(readRows(list, Infinity, { concurrency }))).toEqual([]);
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
						for await (const rows of readRows(list, Infinity, { concurrency })) {
							ids.push(...rows.map(list.idOf));
						}
					} catch (error) {
						expect(error).toMatchObject({ message: 'The service keeps sending the same rows' });
					}
					expect(new Set(ids).size).toBe(ids.length);
					// Two walks, each with a new row at least every so many pages; some reads are wasted.
					const pages = (STALE_PAGES + 1) * (ids.length + 1);
					expect(requests).toBeLessThanOrEqual(2 * (pages + (concurrency - 1) * (ids.length + 1)));
				}),
				RUNS,
			);
		});
	},
);

describe('the promises above can fail: they find what a careless reader loses', () => {
	/** Reads on from where it thinks it is until it gets a last page. */
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
				'rows that stay come exactly once, in their order',
				'rows that do not move come exactly once while others move to the head',
			],
		],
		[
			'keeps the rows that a page repeats',
			careless({ keepsRepeats: true }),
			[
				'rows that stay come exactly once, in their order',
				'Limit gives as many rows as there are, and no more',
			],
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
