import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { parse } from 'csv-parse/sync';

import type { Output } from './service';
import { windowsIn, type WeatherFile } from './weather';

/** What the output files of one classified CSV add up to. */
export interface CheckedResult {
	input: string;
	files: string[];
	rows: number;
	bytes: number;
	/** The most frequently predicted kind of weather. */
	mostOften: string;
}

/**
 * Checks the downloaded files against the service's list and the data sent: every output is there
 * with its size in bytes, and every window of every CSV has its prediction.
 *
 * @param written names of the files in the folder
 * @throws Error naming the first file that is missing, unexpected or incomplete
 */
export async function checkOutputs(
	folder: string,
	written: string[],
	outputs: Output[],
	readings: WeatherFile[],
): Promise<CheckedResult[]> {
	const expected = outputs.map(fileNameOf);
	const missing = expected.find((name) => !written.includes(name));
	if (missing) throw new Error(`${missing} was not downloaded.`);
	const extra = written.find((name) => !expected.includes(name));
	if (extra) throw new Error(`${extra} belongs to no output of the job.`);

	return await Promise.all(
		readings.map(async ({ name, rows }) => {
			const own = outputs.filter(({ input_file_id }) => input_file_id === name);
			const predictions = (
				await Promise.all(own.map((output) => readPredictions(folder, output)))
			).flat();
			if (predictions.length !== windowsIn(rows)) {
				const found = `${predictions.length} predictions instead of ${windowsIn(rows)}`;
				throw new Error(`The outputs for ${name} hold ${found}.`);
			}
			return {
				input: name,
				files: own.map(fileNameOf),
				rows: predictions.length,
				bytes: own.reduce((sum, { data }) => sum + data.num_bytes, 0),
				mostOften: mostFrequent(predictions),
			};
		}),
	);
}

/** The name the workflow gives the file. */
function fileNameOf({ id, data }: Output): string {
	return `${id}_${data.filename}`;
}

async function readPredictions(folder: string, output: Output): Promise<string[]> {
	const name = fileNameOf(output);
	const content = await readFile(join(folder, name));
	if (content.length !== output.data.num_bytes) {
		throw new Error(`${name} has ${content.length} bytes instead of ${output.data.num_bytes}.`);
	}
	const rows = parse<{ Prediction: string }>(content, { columns: true });
	return rows.map(({ Prediction }) => Prediction);
}

function mostFrequent(values: string[]): string {
	const counts = new Map<string, number>();
	for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
	const [top] = [...counts].sort(([, a], [, b]) => b - a);
	return top?.[0] ?? '';
}
