/** Numbers that describe a window. */
export type Embedding = Float32Array | Float64Array;

export type MetricName = 'euclidean' | 'cosine' | 'manhattan';

/** A distance metric for embeddings. */
export interface Metric {
	/** Whether two embeddings are at least as far apart as their lengths differ. */
	isBounded: boolean;
	/** Returns the distance from zero of the `size` numbers starting at `at`. */
	length(numbers: Embedding, at: number, size: number): number;
	/**
	 * Returns the distance to the numbers starting at `at`, or Infinity if it exceeds `limit`.
	 * `lengths` is the product of both lengths.
	 */
	distance(from: Embedding, numbers: Embedding, at: number, limit: number, lengths: number): number;
}

/** Tolerance, so that rounding does not drop what is just within a limit. */
export const ROUNDING = 1 + 1e-9;
/** Numbers between two checks of the limit. */
const STRIDE = 16;

export const metrics: Record<MetricName, Metric> = {
	euclidean: {
		isBounded: true,
		length: euclideanLength,
		distance(from, numbers, at, limit) {
			const most = limit * limit * ROUNDING;
			let sum = 0;
			for (let i = 0; i < from.length;) {
				for (const end = i + STRIDE; i < end && i < from.length; i++) {
					const difference = from[i]! - numbers[at + i]!;
					sum += difference * difference;
				}
				if (sum > most) return Infinity;
			}
			return Math.sqrt(sum);
		},
	},
	manhattan: {
		isBounded: true,
		length(numbers, at, size) {
			let sum = 0;
			for (let i = at; i < at + size; i++) sum += Math.abs(numbers[i]!);
			return sum;
		},
		distance(from, numbers, at, limit) {
			const most = limit * ROUNDING;
			let sum = 0;
			for (let i = 0; i < from.length;) {
				for (const end = i + STRIDE; i < end && i < from.length; i++) {
					const difference = from[i]! - numbers[at + i]!;
					sum += difference < 0 ? -difference : difference;
				}
				if (sum > most) return Infinity;
			}
			return sum;
		},
	},
	/** 0 for the same direction, 1 for a right angle or if either has no direction. */
	cosine: {
		isBounded: false,
		length: euclideanLength,
		distance(from, numbers, at, _limit, lengths) {
			let dot = 0;
			for (let i = 0; i < from.length; i++) dot += from[i]! * numbers[at + i]!;
			// Rounding can put the cosine a little above 1.
			return lengths === 0 ? 1 : Math.max(1 - dot / lengths, 0);
		},
	},
};

/** Returns the embedding with a length of 1; a zero vector stays unchanged. */
export function normalized(embedding: Embedding): Embedding {
	const length = euclideanLength(embedding, 0, embedding.length);
	return length === 0 ? embedding : embedding.map((value) => value / length);
}

function euclideanLength(numbers: Embedding, at: number, size: number): number {
	let sum = 0;
	for (let i = at; i < at + size; i++) sum += numbers[i]! ** 2;
	return Math.sqrt(sum);
}
