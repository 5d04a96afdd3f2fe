import type { OperationRun } from '../../../nodes/ArchetypeAi/actions/operation';
import {
	inputStatusFilter,
	readFilters,
	readJobId,
	readLimit,
	readSimplify,
} from '../../../nodes/ArchetypeAi/actions/fields';

/** An item with these parameters. */
function item(parameters: Record<string, unknown>): OperationRun {
	const getNodeParameter = (name: string, itemIndex: number, fallback?: unknown) =>
		itemIndex === 1 ? (parameters[name] ?? fallback) : undefined;
	return { context: { getNodeParameter }, itemIndex: 1 } as unknown as OperationRun;
}

describe('Limit is a whole number of rows, one at least', () => {
	test.each([
		[50, 50],
		[1, 1],
		[0, 1],
		[-3, 1],
		[2.7, 2],
		[0.5, 1],
		['20', 20],
		['', 1],
		['many', 1],
		[null, 1],
	])('%j is %d', (limit, rows) => {
		expect(readLimit(item({ returnAll: false, limit }))).toBe(rows);
	});

	test('Return All has none', () => {
		expect(readLimit(item({ returnAll: true, limit: 5 }))).toBe(Infinity);
	});
});

test('a job id comes without the white space around it, and a missing one is empty', () => {
	expect(readJobId(item({ jobId: ' job_1\n' }))).toBe('job_1');
	expect(readJobId(item({}))).toBe('');
	expect(readJobId(item({ jobId: null }))).toBe('');
});

test('Simplify is on only when it is', () => {
	expect(readSimplify(item({ simplify: true }))).toBe(true);
	expect(readSimplify(item({ simplify: false }))).toBe(false);
	expect(readSimplify(item({}))).toBe(false);
});

test('no filters are an empty collection', () => {
	expect(readFilters(item({}))).toEqual({});
	expect(readFilters(item({ filters: { search: 'pump' } }))).toEqual({ search: 'pump' });
});

test('the statuses of inputs are sorted, named for people and spelled for the service', () => {
	expect(inputStatusFilter(['pending', 'completed']).options).toEqual([
		{ name: 'Completed', value: 'completed' },
		{ name: 'Pending', value: 'pending' },
	]);
});
