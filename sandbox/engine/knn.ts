import {
	metrics,
	normalized,
	ROUNDING,
	type Embedding,
	type Metric,
	type MetricName,
} from './metrics';
import { breathe } from './slices';

/** How distance is measured, and how the neighbours vote. */
export interface KnnConfig {
	n_neighbors: number;
	metric: MetricName;
	weights: 'uniform' | 'distance';
	normalize_embeddings: boolean;
}

/** A labelled example. */
export interface Sample {
	embedding: Embedding;
	label: string;
}

interface Neighbour {
	distance: number;
	/** Position among the examples as given: of two at the same distance, the first wins. */
	place: number;
}

/** Examples compared between two checks of the time. */
const EXAMPLES_AT_ONCE = 512;

/**
 * Classifies embeddings by a vote of the nearest labelled examples. Not ml-knn: at 160 numbers per
 * embedding it takes 17 times as long, and it can neither weight votes by distance nor pause.
 */
export class KnnClassifier {
	private readonly metric: Metric;
	private readonly labels: string[];
	/** From here on, the examples by length, shortest first, their numbers back to back. */
	private readonly places: Uint32Array;
	private readonly lengths: Float64Array;
	private readonly numbers: Float32Array;

	/** Throws the worker's message when there are fewer examples than neighbours requested. */
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
		const placed = samples.map(({ embedding }, place) => {
			const numbers = Float32Array.from(this.prepared(embedding));
			return { place, numbers, length: metric.length(numbers, 0, numbers.length) };
		});
		placed.sort((a, b) => a.length - b.length);
		const size = placed[0]!.numbers.length;
		this.metric = metric;
		this.labels = samples.map(({ label }) => label);
		this.places = Uint32Array.from(placed, ({ place }) => place);
		this.lengths = Float64Array.from(placed, ({ length }) => length);
		this.numbers = new Float32Array(size * placed.length);
		for (const [index, { numbers }] of placed.entries()) this.numbers.set(numbers, index * size);
	}

	/** Returns the label with the most votes; ties go to the first by name. */
	async classify(embedding: Embedding): Promise<string> {
		const neighbours = await this.nearest(Float32Array.from(this.prepared(embedding)));
		// An exact match outweighs any number of examples at a distance.
		const exact = neighbours.filter(({ distance }) => distance === 0);
		const byDistance = this.config.weights === 'distance';
		const voters = byDistance && exact.length > 0 ? exact : neighbours;
		const votes = new Map<string, number>();
		for (const { place, distance } of voters) {
			const label = this.labels[place]!;
			const weight = byDistance && distance > 0 ? 1 / distance : 1;
			votes.set(label, (votes.get(label) ?? 0) + weight);
		}
		return [...votes].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))[0]![0];
	}

	private prepared(embedding: Embedding): Embedding {
		return this.config.normalize_embeddings ? normalized(embedding) : embedding;
	}

	/** The nearest examples, nearest first: searched outwards from those of the same length. */
	private async nearest(embedding: Float32Array): Promise<Neighbour[]> {
		const { lengths, metric, numbers, places } = this;
		const size = embedding.length;
		const length = metric.length(embedding, 0, size);
		const nearest: Neighbour[] = [];
		let limit = Infinity;
		let above = this.firstOfLength(length);
		let below = above - 1;
		for (let looked = 1; below >= 0 || above < lengths.length; looked++) {
			if (looked % EXAMPLES_AT_ONCE === 0) await breathe();
			const downwards = below < 0 ? Infinity : length - lengths[below]!;
			const upwards = above >= lengths.length ? Infinity : lengths[above]! - length;
			if (metric.isBounded && Math.min(downwards, upwards) > limit * ROUNDING) break;
			const index = downwards < upwards ? below-- : above++;
			const product = length * lengths[index]!;
			const distance = metric.distance(embedding, numbers, index * size, limit, product);
			if (distance <= limit) {
				this.insert(nearest, { distance, place: places[index]! });
				if (nearest.length === this.config.n_neighbors) limit = nearest.at(-1)!.distance;
			}
		}
		return nearest;
	}

	private insert(nearest: Neighbour[], neighbour: Neighbour) {
		let at = nearest.length;
		while (at > 0 && isNearer(neighbour, nearest[at - 1]!)) at--;
		nearest.splice(at, 0, neighbour);
		if (nearest.length > this.config.n_neighbors) nearest.pop();
	}

	private firstOfLength(length: number): number {
		let [low, high] = [0, this.lengths.length];
		while (low < high) {
			const middle = (low + high) >> 1;
			if (this.lengths[middle]! < length) low = middle + 1;
			else high = middle;
		}
		return low;
	}
}

function isNearer(a: Neighbour, b: Neighbour): boolean {
	return a.distance < b.distance || (a.distance === b.distance && a.place < b.place);
}
