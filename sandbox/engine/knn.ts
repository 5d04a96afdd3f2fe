/** How far apart two embeddings are, and how the neighbours vote. */
export interface KnnConfig {
	n_neighbors: number;
	metric: 'euclidean' | 'cosine' | 'manhattan';
	weights: 'uniform' | 'distance';
	normalize_embeddings: boolean;
}

/** A labelled example. */
export interface Sample {
	embedding: Float64Array;
	label: string;
}

interface Neighbour {
	distance: number;
	label: string;
}

/** Finds the class of embeddings by a vote of the nearest labelled examples. */
export class KnnClassifier {
	private readonly samples: Sample[];
	private readonly distance: Distance;

	/** Throws the worker's message when there are fewer examples than neighbours are asked for. */
	constructor(
		samples: Sample[],
		private readonly config: KnnConfig,
	) {
		if (samples.length < config.n_neighbors) {
			throw new Error(
				`n_neighbors must be <= number of samples in index (${config.n_neighbors} > ${samples.length})`,
			);
		}
		this.samples = config.normalize_embeddings
			? samples.map(({ embedding, label }) => ({ embedding: normalized(embedding), label }))
			: samples;
		this.distance = distances[config.metric];
	}

	/** Returns the label with the most votes; of equal ones the first by name. */
	classify(embedding: Float64Array): string {
		const neighbours = this.nearest(
			this.config.normalize_embeddings ? normalized(embedding) : embedding,
		);
		// An example right at the spot outweighs any number of others at a distance.
		const exact = neighbours.filter(({ distance }) => distance === 0);
		const byDistance = this.config.weights === 'distance';
		const voters = byDistance && exact.length > 0 ? exact : neighbours;
		const votes = new Map<string, number>();
		for (const { label, distance } of voters) {
			const weight = byDistance && distance > 0 ? 1 / distance : 1;
			votes.set(label, (votes.get(label) ?? 0) + weight);
		}
		return [...votes].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))[0]![0];
	}

	/** The nearest examples, nearest first, found in one pass. */
	private nearest(embedding: Float64Array): Neighbour[] {
		const nearest: Neighbour[] = [];
		for (const sample of this.samples) {
			const distance = this.distance(embedding, sample.embedding);
			if (nearest.length === this.config.n_neighbors && distance >= nearest.at(-1)!.distance) {
				continue;
			}
			let place = nearest.length;
			while (place > 0 && nearest[place - 1]!.distance > distance) place--;
			nearest.splice(place, 0, { distance, label: sample.label });
			if (nearest.length > this.config.n_neighbors) nearest.pop();
		}
		return nearest;
	}
}

type Distance = (a: Float64Array, b: Float64Array) => number;

const distances: Record<KnnConfig['metric'], Distance> = {
	euclidean(a, b) {
		let sum = 0;
		for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
		return Math.sqrt(sum);
	},
	manhattan(a, b) {
		let sum = 0;
		for (let i = 0; i < a.length; i++) sum += Math.abs(a[i]! - b[i]!);
		return sum;
	},
	/** 0 for the same direction, 1 for a right angle or where one has no direction. */
	cosine(a, b) {
		let dot = 0;
		for (let i = 0; i < a.length; i++) dot += a[i]! * b[i]!;
		const lengths = lengthOf(a) * lengthOf(b);
		// Rounding can put the cosine a little above 1.
		return lengths === 0 ? 1 : Math.max(1 - dot / lengths, 0);
	},
};

function normalized(embedding: Float64Array): Float64Array {
	const length = lengthOf(embedding);
	return length === 0 ? embedding : embedding.map((value) => value / length);
}

function lengthOf(embedding: Float64Array): number {
	let sum = 0;
	for (const value of embedding) sum += value ** 2;
	return Math.sqrt(sum);
}
