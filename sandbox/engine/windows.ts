import type { Readings } from './readings';
import { breathe } from './slices';

/** Numbers that describe a window, per column. */
const FEATURES = 4;

/** How a column is standardised. */
export interface Scale {
	mean: number;
	deviation: number;
}

export interface WindowConfig {
	/** Rows in a window. */
	window_size: number;
	/** Rows from the start of one window to the start of the next. */
	step_size: number;
}

/** Returns how many whole windows the rows hold. */
export function countWindows(rows: number, { window_size, step_size }: WindowConfig): number {
	return rows < window_size ? 0 : Math.floor((rows - window_size) / step_size) + 1;
}

/** Returns the mean and standard deviation of each column over all the files. */
export async function scaleOf(files: Readings[], columns: number): Promise<Scale[]> {
	const scale: Scale[] = [];
	for (let column = 0; column < columns; column++) {
		let count = 0;
		let sum = 0;
		let squares = 0;
		for (const { values } of files) {
			for (let at = column; at < values.length; at += columns) {
				count++;
				sum += values[at]!;
				squares += values[at]! ** 2;
			}
			await breathe();
		}
		const mean = sum / Math.max(count, 1);
		const deviation = Math.sqrt(Math.max(squares / Math.max(count, 1) - mean ** 2, 0));
		// A constant column carries no information: any scale leaves it at zero.
		scale.push({ mean, deviation: deviation || 1 });
	}
	return scale;
}

/**
 * Returns the embedding of the window that starts at `row`: mean, standard deviation, smallest and
 * largest value of each scaled column. It stands in for the service's encoder.
 */
export async function embed(
	readings: Readings,
	row: number,
	size: number,
	scale: Scale[],
): Promise<Float32Array> {
	const columns = scale.length;
	const embedding = new Float32Array(columns * FEATURES);
	for (let column = 0; column < columns; column++) {
		const { mean: center, deviation } = scale[column]!;
		let [sum, squares, low, high] = [0, 0, Infinity, -Infinity];
		for (let i = row; i < row + size; i++) {
			const value = (readings.values[i * columns + column]! - center) / deviation;
			sum += value;
			squares += value ** 2;
			// Math.min is a call, and in a test's realm a slow one.
			if (value < low) low = value;
			if (value > high) high = value;
		}
		const mean = sum / size;
		const spread = Math.sqrt(Math.max(squares / size - mean ** 2, 0));
		embedding.set([mean, spread, low, high], column * FEATURES);
		await breathe();
	}
	return embedding;
}
