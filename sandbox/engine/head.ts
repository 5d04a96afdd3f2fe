import type { Embedding } from './metrics';
import { breathe } from './slices';
import type { Scale } from './windows';

/** What a training produces: a linear classifier of embeddings. Plain data, so it can be stored. */
export interface Head {
	labels: string[];
	/** For each label, a weight for each number of an embedding, and a bias. */
	weights: Float64Array[];
	/** How the columns of its training were scaled. */
	scale: Scale[];
}

/** An embedding and the index of its label. */
export interface Example {
	embedding: Embedding;
	label: number;
}

/** How well a head performs. */
export interface Score {
	/** Mean cross entropy. */
	loss: number;
	/** Fraction of the examples that it labels correctly. */
	accuracy: number;
}

const LEARNING_RATE = 0.1;
/** Examples are visited in steps of this prime, to mix labels that come in blocks. */
const STRIDE = 7919;

/** Returns an untrained head. */
export function newHead(labels: string[], size: number, scale: Scale[]): Head {
	return { labels, weights: labels.map(() => new Float64Array(size + 1)), scale };
}

/** Returns the head's label for an embedding. */
export function classify(head: Head, embedding: Embedding): string {
	return head.labels[likeliest(chancesOf(head, embedding))]!;
}

/** Goes through all examples once, updating the weights in place after each `batchSize`. */
export async function learn(head: Head, examples: Example[], batchSize: number): Promise<void> {
	const stride = examples.length % STRIDE === 0 ? 1 : STRIDE;
	for (let from = 0; from < examples.length; from += batchSize) {
		const steps = head.weights.map((weights) => new Float64Array(weights.length));
		const to = Math.min(from + batchSize, examples.length);
		for (let i = from; i < to; i++) {
			const { embedding, label } = examples[(i * stride) % examples.length]!;
			for (const [place, chance] of chancesOf(head, embedding).entries()) {
				addTo(steps[place]!, embedding, chance - (place === label ? 1 : 0));
			}
			await breathe();
		}
		const rate = LEARNING_RATE / (to - from);
		for (const [place, weights] of head.weights.entries()) {
			for (let i = 0; i < weights.length; i++) weights[i]! -= rate * steps[place]![i]!;
		}
	}
}

/** Returns how well the head performs on these examples. */
export async function scoreOf(head: Head, examples: Example[]): Promise<Score> {
	let [loss, right] = [0, 0];
	for (const { embedding, label } of examples) {
		const chances = chancesOf(head, embedding);
		loss -= Math.log(Math.max(chances[label]!, Number.MIN_VALUE));
		if (likeliest(chances) === label) right++;
		await breathe();
	}
	return { loss: loss / examples.length, accuracy: right / examples.length };
}

/** The softmax over the labels. */
function chancesOf({ weights }: Head, embedding: Embedding): number[] {
	const sums = weights.map((each) => {
		let sum = each[embedding.length]!;
		for (let i = 0; i < embedding.length; i++) sum += each[i]! * embedding[i]!;
		return sum;
	});
	const most = Math.max(...sums);
	const powers = sums.map((sum) => Math.exp(sum - most));
	const total = powers.reduce((all, power) => all + power, 0);
	return powers.map((power) => power / total);
}

function addTo(step: Float64Array, embedding: Embedding, factor: number) {
	for (let i = 0; i < embedding.length; i++) step[i]! += factor * embedding[i]!;
	step[embedding.length]! += factor;
}

const likeliest = (chances: number[]): number => chances.indexOf(Math.max(...chances));
