import fc from 'fast-check';

import { perStatus, readMerged } from '../../../nodes/ArchetypeAi/actions/merge';
import type { List } from '../../../nodes/ArchetypeAi/api/pages';
import { complaining } from '../api/node';

const ORDER = ['pending', 'processing', 'completed', 'failed'];

interface Row {
	id: string;
	status: number;
}

/** A job's inputs: before each page read, the next rows of `moves` advance to their next status. */
class Inputs {
	readonly requests: string[] = [];
	isCut = false;
	/** Rows that had one of the chosen statuses throughout the read. */
	readonly steady: Set<string>;
	private readonly rows: Row[];
	private chosen: string[] = [];

	constructor(
		statuses: number[],
		private readonly moves: number[][] = [],
		private readonly pageSize = 100,
	) {
		this.rows = statuses.map((status, place) => ({ id: `inp-${place}`, status }));
		this.steady = new Set(this.rows.map(({ id }) => id));
	}

	readonly list = ({ status }: { status?: unknown }): List<Row> => ({
		about: { ...complaining(), path: '/inputs' },
		idOf: ({ id }) => id,
		page: async (offset, limit) => {
			for (const place of this.moves[this.requests.length] ?? []) {
				const row = this.rows[place % this.rows.length];
				if (row !== undefined && row.status < ORDER.indexOf('completed')) row.status++;
			}
			for (const { id, status } of this.rows) {
				if (!this.chosen.includes(ORDER[status]!)) this.steady.delete(id);
			}
			this.requests.push((status as string | undefined) ?? 'any');
			const matching = this.rows.filter((row) =>
				[ORDER[row.status], undefined].includes(status as string),
			);
			const rows = matching.slice(offset, offset + Math.min(limit, this.pageSize));
			return { total: matching.length, rows: rows.map((row) => ({ ...row })), at: 0 };
		},
	});

	async read(chosen?: string[], limit = Infinity, order = ORDER): Promise<Row[]> {
		this.chosen = chosen ?? [];
		const read: Row[] = [];
		const lists = perStatus(this.list, { status: chosen }, order);
		const onCut = () => (this.isCut = true);
		for await (const rows of readMerged(lists, limit, { onCut })) read.push(...rows);
		return read;
	}
}

const ids = (rows: Row[]) => rows.map(({ id }) => id);

describe('several statuses are one list each, merged', () => {
	test('each row of the chosen statuses once', async () => {
		const inputs = new Inputs([0, 1, 2, 3, 0, 2]);
		expect(ids(await inputs.read(['completed', 'pending'])).sort()).toEqual([
			'inp-0',
			'inp-2',
			'inp-4',
			'inp-5',
		]);
		expect(inputs.requests).toEqual(['pending', 'completed']);
	});

	test.each([[undefined], [[]]])('none chosen, %j: one list of all', async (chosen) => {
		const inputs = new Inputs([0, 1, 2, 3]);
		expect(await inputs.read(chosen)).toHaveLength(4);
		expect(inputs.requests).toEqual(['any']);
	});

	test('one twice is read once', async () => {
		const inputs = new Inputs([0, 1]);
		await inputs.read(['pending', 'pending']);
		expect(inputs.requests).toEqual(['pending']);
	});
});

describe('Limit', () => {
	const inputs = () => new Inputs([...Array<number>(150).fill(0), ...Array<number>(150).fill(1)]);
	const both = ['pending', 'processing'];

	test.each([
		[1, true, ['pending']],
		[100, true, ['pending']],
		[150, true, ['pending', 'pending', 'processing']],
		[151, true, ['pending', 'pending', 'processing']],
		[300, false, ['pending', 'pending', 'processing', 'processing']],
		[999, false, ['pending', 'pending', 'processing', 'processing']],
	])(
		'%d: as many rows, whether there are more is %s, and no request more than that takes',
		async (limit, isCut, requests) => {
			const service = inputs();
			expect(await service.read(both, limit)).toHaveLength(Math.min(limit, 300));
			expect(service.isCut).toBe(isCut);
			expect(service.requests).toEqual(requests);
		},
	);
});

describe('rows that move on to another status while they are read', () => {
	const services = fc
		.record({
			statuses: fc.array(fc.nat(3), { maxLength: 40 }),
			moves: fc.array(fc.array(fc.nat(40), { maxLength: 6 }), { maxLength: 20 }),
			pageSize: fc.integer({ min: 5, max: 12 }),
			chosen: fc.shuffledSubarray(ORDER, { minLength: 1 }),
		})
		.map(({ chosen, ...args }) => ({
			chosen,
			inputs: new Inputs(args.statuses, args.moves, args.pageSize),
		}));

	const eachOnce = (order: string[]) =>
		fc.asyncProperty(services, async ({ inputs, chosen }) => {
			const read = ids(await inputs.read(chosen, Infinity, order));
			expect(read).toHaveLength(new Set(read).size);
			expect([...inputs.steady].filter((id) => !read.includes(id))).toEqual([]);
		});

	test('come once, in whichever order the statuses were chosen', async () => {
		await fc.assert(eachOnce(ORDER), { numRuns: 300 });
	});

	test('are kept as they were first seen', async () => {
		const inputs = new Inputs([0, 0], [[], [0]]);
		expect(await inputs.read(['pending', 'processing'])).toEqual([
			{ id: 'inp-0', status: 0 },
			{ id: 'inp-1', status: 0 },
		]);
	});

	test('would be lost if the lists were read in another order', async () => {
		const backwards = await fc.check(eachOnce([...ORDER].reverse()), { numRuns: 300 });
		expect(backwards.failed).toBe(true);
	});
});
