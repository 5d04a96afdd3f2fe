import { breathe } from './slices';

/** How far apart two embeddings are, and how the neighbours vote. */
export interface KnnConfig {
	n_neighbors: number;
	metric: 'euclidean' | 'cosine' | 'manhattan';
	weights: 'uniform' | 'distance';
	normalize_embeddings: boolean;
}

/** Numbers that describe a window. */
export type Embedding = Float32Array | Float64Array;

/** A labelled example. */
export interface Sample {
	embedding: Embedding;
	label: string;
}

interface Neighbour {
	distance: number;
	/** Place among the examples as they were given: of two at the same distance the first counts. */
	place: number;
	label: string;
}

interface IndexedSample extends Sample {
	place: number;
	/** Its distance from zero. */
	length: number;
}

/** Examples compared between two looks at the time. */
const EXAMPLES_AT_ONCE = 512;
/** Rounding must not let go of an example that is just within the limit. */
const ROUNDING = 1 + 1e-9;

/** Finds the class of embeddings by a vote of the nearest labelled examples. */
export class KnnClassifier {
	/** The shortest first: an example is at least as far away as its length differs. */
	private readonly samples: IndexedSample[];
	private readonly metric: Metric;

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
		const metric = metrics[config.metric];
		this.metric = metric;
		this.samples = samples
			.map(({ embedding, label }, place) => {
				const placed = config.normalize_embeddings ? normalized(embedding) : embedding;
				return { embedding: placed, label, place, length: metric.length(placed) };
			})
			.sort((a, b) => a.length - b.length);
	}

	/** Returns the label with the most votes; of equal ones the first by name. */
	async classify(embedding: Embedding): Promise<string> {
		const neighbours = await this.nearest(
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

	/** The nearest examples, nearest first: searched outwards from those of the same length. */
	private async nearest(embedding: Embedding): Promise<Neighbour[]> {
		const { metric, samples } = this;
		const length = metric.length(embedding);
		const nearest: Neighbour[] = [];
		let below = this.firstOfLength(length) - 1;
		let above = below + 1;
		for (let looked = 1; below >= 0 || above < samples.length; looked++) {
			if (looked % EXAMPLES_AT_ONCE === 0) await breathe();
			const isBelow = above >= samples.length || gapOf(below) < gapOf(above);
			const sample = samples[isBelow ? below-- : above++]!;
			const limit = this.limitOf(nearest);
			const gap = Math.abs(sample.length - length);
			if (metric.isBounded && gap > limit * ROUNDING) break;
			const distance = metric.distance(embedding, sample, length, limit);
			if (distance <= limit) this.insert(nearest, { ...sample, distance });
		}
		return nearest;

		function gapOf(at: number): number {
			return at < 0 ? Infinity : Math.abs(samples[at]!.length - length);
		}
	}

	private limitOf(nearest: Neighbour[]): number {
		return nearest.length < this.config.n_neighbors ? Infinity : nearest.at(-1)!.distance;
	}

	private insert(nearest: Neighbour[], { distance, place, label }: Neighbour) {
		let at = nearest.length;
		while (at > 0 && isNearer({ distance, place, label }, nearest[at - 1]!)) at--;
		nearest.splice(at, 0, { distance, place, label });
		if (nearest.length > this.config.n_neighbors) nearest.pop();
	}

	private firstOfLength(length: number): number {
		let [low, high] = [0, this.samples.length];
		while (low < high) {
			const middle = (low + high) >> 1;
			if (this.samples[middle]!.length < length) low = middle + 1;
			else high = middle;
		}
		return low;
	}
}

function isNearer(a: Neighbour, b: Neighbour): boolean {
	return a.distance < b.distance || (a.distance === b.distance && a.place < b.place);
}

interface Metric {
	/** Whether two embeddings are at least as far apart as their lengths. */
	isBounded: boolean;
	length(embedding: Embedding): number;
	/** Returns the distance, or anything above `limit` when it is larger than that. */
	distance(from: Embedding, to: IndexedSample, fromLength: number, limit: number): number;
}

const metrics: Record<KnnConfig['metric'], Metric> = {
	euclidean: {
		isBounded: true,
		length: lengthOf,
		distance(a, { embedding: b }, _length, limit) {
			const most = limit ** 2;
			let sum = 0;
			for (let i = 0; i < a.length; i++) {
				sum += (a[i]! - b[i]!) ** 2;
				if ((i & 15) === 15 && sum > most * ROUNDING) return Infinity;
			}
			return Math.sqrt(sum);
		},
	},
	manhattan: {
		isBounded: true,
		length(embedding) {
			let sum = 0;
			for (const value of embedding) sum += Math.abs(value);
			return sum;
		},
		distance(a, { embedding: b }, _length, limit) {
			let sum = 0;
			for (let i = 0; i < a.length; i++) {
				sum += Math.abs(a[i]! - b[i]!);
				if ((i & 15) === 15 && sum > limit * ROUNDING) return Infinity;
			}
			return sum;
		},
	},
	/** 0 for the same direction, 1 for a right angle or where one has no direction. */
	cosine: {
		isBounded: false,
		length: lengthOf,
		distance(a, { embedding: b, length }, aLength) {
			let dot = 0;
			for (let i = 0; i < a.length; i++) dot += a[i]! * b[i]!;
			const lengths = aLength * length;
			// Rounding can put the cosine a little above 1.
			return lengths === 0 ? 1 : Math.max(1 - dot / lengths, 0);
		},
	},
};

function normalized(embedding: Embedding): Embedding {
	const length = lengthOf(embedding);
	return length === 0 ? embedding : embedding.map((value) => value / length);
}

function lengthOf(embedding: Embedding): number {
	let sum = 0;
	for (const value of embedding) sum += value ** 2;
	return Math.sqrt(sum);
}
