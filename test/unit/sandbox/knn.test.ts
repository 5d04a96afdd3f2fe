import { KnnClassifier, type KnnConfig } from '../../../sandbox/engine/knn';
import { randomFrom } from '../../random';
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
	// From (0, 0): d is 5 in a straight line and 7 by city blocks, s 5.5 both ways; (1, 1) is d's.
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

describe.each(['euclidean', 'manhattan', 'cosine'] as const)('by %s', (metric) => {
	test('the same is found as by looking at every example', async () => {
		// Integers, so that many distances are equal.
		const random = randomFrom(7);
		const point = () => Float64Array.from({ length: 20 }, () => Math.floor(random() * 4) - 1);
		const examples = Array.from({ length: 500 }, (_, i) => ({
			embedding: point(),
			label: `label ${i % 7}`,
		}));
		const classifier = new KnnClassifier(examples, { ...plain, metric, n_neighbors: 5 });
		for (let i = 0; i < 200; i++) {
			const asked = point();
			expect(await classifier.classify(asked)).toBe(vote(asked, examples, metric));
		}
	});
});

type Metric = KnnConfig['metric'];
type Example = { embedding: Float64Array; label: string };

/** The naive way: all distances, sorted, ties in the given order, and five votes. */
function vote(asked: Float64Array, examples: Example[], metric: Metric): string {
	const nearest = examples
		.map(({ embedding, label }, place) => ({
			distance: distanceOf(asked, embedding, metric),
			...{ label, place },
		}))
		.sort((a, b) => a.distance - b.distance || a.place - b.place)
		.slice(0, 5);
	const labels = [...new Set(nearest.map(({ label }) => label))].sort();
	const votes = (label: string) => nearest.filter((each) => each.label === label).length;
	return labels.reduce((best, label) => (votes(label) > votes(best) ? label : best));
}

function distanceOf(a: Float64Array, b: Float64Array, metric: Metric): number {
	const sum = (of: (x: number, y: number) => number) =>
		a.reduce((total, x, i) => total + of(x, b[i]!), 0);
	if (metric === 'euclidean') return Math.sqrt(sum((x, y) => (x - y) ** 2));
	if (metric === 'manhattan') return sum((x, y) => Math.abs(x - y));
	const lengths = Math.sqrt(sum((x) => x * x)) * Math.sqrt(sum((_, y) => y * y));
	return lengths === 0 ? 1 : Math.max(1 - sum((x, y) => x * y) / lengths, 0);
}
