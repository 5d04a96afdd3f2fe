import { KnnClassifier, type KnnConfig } from '../../../sandbox/engine/knn';
import { countWindows, embed, scaleOf } from '../../../sandbox/engine/windows';

const plain: KnnConfig = {
	n_neighbors: 3,
	metric: 'euclidean',
	weights: 'uniform',
	normalize_embeddings: false,
};

const samples = (...points: Array<[string, number, number]>) =>
	points.map(([label, x, y]) => ({ label, embedding: Float64Array.of(x, y) }));

const classify = async (
	config: Partial<KnnConfig>,
	points: Array<[string, number, number]>,
	x: number,
	y: number,
) => new KnnClassifier(samples(...points), { ...plain, ...config }).classify(Float64Array.of(x, y));

test('the majority of the nearest neighbours wins', async () => {
	const points: Array<[string, number, number]> = [
		['a', 0, 0],
		['a', 0, 1],
		['b', 1, 0],
		['b', 9, 9],
		['b', 9, 8],
	];
	expect(await classify({}, points, 0, 0.1)).toBe('a');
	expect(await classify({}, points, 8, 8)).toBe('b');
});

test('weights by distance let one close neighbour beat two far ones', async () => {
	const points: Array<[string, number, number]> = [
		['near', 0, 1],
		['far', 0, 9],
		['far', 9, 0],
	];
	expect(await classify({ weights: 'uniform' }, points, 0, 0)).toBe('far');
	expect(await classify({ weights: 'distance' }, points, 0, 0)).toBe('near');
});

test('a neighbour at the very spot decides alone when weighted by distance', async () => {
	const points: Array<[string, number, number]> = [
		['spot', 0, 0],
		['close', 0, 0.001],
		['close', 0.001, 0],
	];
	expect(await classify({ weights: 'distance' }, points, 0, 0)).toBe('spot');
});

test('the metrics differ where they should', async () => {
	// From (0, 0): d is 5 by air and 7 on foot, s is 5.5 by both. Along (1, 1) lies only d.
	const points: Array<[string, number, number]> = [
		...Array<[string, number, number]>(2).fill(['d', 3, 4]),
		...Array<[string, number, number]>(2).fill(['s', 5.5, 0]),
	];
	expect(await classify({ metric: 'euclidean' }, points, 0, 0)).toBe('d');
	expect(await classify({ metric: 'manhattan' }, points, 0, 0)).toBe('s');
	expect(await classify({ metric: 'cosine' }, points, 0.1, 0)).toBe('s');
	expect(await classify({ metric: 'cosine' }, points, 1, 1)).toBe('d');
});

test('normalised embeddings only keep their direction', async () => {
	const points: Array<[string, number, number]> = [
		...Array<[string, number, number]>(3).fill(['flat', 100, 0]),
		...Array<[string, number, number]>(3).fill(['steep', 0, 1]),
	];
	expect(await classify({ normalize_embeddings: false }, points, 2, 0)).toBe('steep');
	expect(await classify({ normalize_embeddings: true }, points, 2, 0)).toBe('flat');
});

test('more neighbours than examples is the worker error of the service', () => {
	expect(() => new KnnClassifier(samples(['a', 0, 0]), plain)).toThrow(
		'n_neighbors must be <= number of samples in index (3 > 1)',
	);
});

test.each([
	[10, 4, 2, 4],
	[10, 4, 3, 3],
	[4, 4, 1, 1],
	[3, 4, 1, 0],
])('%i rows hold windows of %i every %i: %i', (rows, window_size, step_size, expected) => {
	expect(countWindows(rows, { window_size, step_size })).toBe(expected);
});

test('a window is described by mean, deviation, smallest and largest of each scaled column', async () => {
	const readings = { rows: 4, timestamps: [], values: Float64Array.of(1, 5, 3, 5, 1, 5, 3, 5) };
	const scale = await scaleOf([readings], 2);
	expect(scale).toEqual([
		{ mean: 2, deviation: 1 },
		{ mean: 5, deviation: 1 },
	]);
	expect([...(await embed(readings, 1, 2, scale))]).toEqual([0, 1, -1, 1, 0, 0, 0, 0]);
});
