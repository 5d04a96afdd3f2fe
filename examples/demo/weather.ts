import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';

/** A CSV made for the demo; `label` is set for labelled examples. */
export interface WeatherFile {
	name: string;
	rows: number;
	csv: string;
	label?: string;
}

type Day = Record<string, string> & { date: string; weather: string };

const DATA_COLUMNS = ['precipitation', 'temp_max', 'temp_min', 'wind'];
const WINDOW_SIZE = 4;
const STEP_SIZE = 1;
const N_NEIGHBORS = 5;

/** Days up to the end of this year are labelled examples; later ones are classified. */
const LAST_LABELLED_YEAR = '2013';

/** The job's `parameters`: small windows, because weather lasts days, not weeks. */
export const JOB_PARAMETERS = {
	worker: {
		parallelism: 1,
		config: {
			model_type: 'omega_1_4_base',
			batch_size: 32,
			reader_config: {
				data_columns: DATA_COLUMNS,
				timestamp_column: 'date',
				window_size: WINDOW_SIZE,
				step_size: STEP_SIZE,
			},
			classifier_config: { n_neighbors: N_NEIGHBORS, metric: 'euclidean', weights: 'distance' },
			flush_every_n_iteration: 1,
		},
	},
};

/** How many predictions a file with this many rows must yield: one per whole window. */
export function windowsIn(rows: number): number {
	return Math.max(0, Math.floor((rows - WINDOW_SIZE) / STEP_SIZE) + 1);
}

/**
 * Four years of daily weather in Seattle (`seattle-weather.csv` of the npm package vega-datasets):
 * 2012 and 2013 as one file of examples per kind of weather, 2014 and 2015 as one file per quarter,
 * without labels.
 *
 * @throws Error when a kind of weather has too few days for the service's rule,
 * (rows - window_size) / step_size >= n_neighbors
 */
export async function splitWeather(): Promise<{ shots: WeatherFile[]; readings: WeatherFile[] }> {
	const vega = dirname(dirname(require.resolve('vega-datasets')));
	const source = join(vega, 'data', 'seattle-weather.csv');
	const days = parse<Day>(await readFile(source), { columns: true });
	const isLabelled = ({ date }: Day) => date.slice(0, 4) <= LAST_LABELLED_YEAR;

	const examples = groupBy(days.filter(isLabelled), ({ weather }) => weather);
	const quarters = groupBy(
		days.filter((day) => !isLabelled(day)),
		quarterOf,
	);
	const shots = [...examples].map(([label, rows]) => {
		if ((rows.length - WINDOW_SIZE) / STEP_SIZE < N_NEIGHBORS) {
			throw new Error(`Only ${rows.length} days of ${label} are labelled: too few to learn from.`);
		}
		return { ...toFile(`seattle-example-${label}.csv`, rows), label };
	});
	const readings = [...quarters].map(([quarter, rows]) => toFile(`seattle-${quarter}.csv`, rows));
	return { shots, readings };
}

function quarterOf({ date }: Day): string {
	const [year, month] = date.split('-');
	return `${year}-q${Math.ceil(Number(month) / 3)}`;
}

function groupBy(days: Day[], keyOf: (day: Day) => string): Map<string, Day[]> {
	const groups = new Map<string, Day[]>();
	for (const day of days) {
		const key = keyOf(day);
		groups.set(key, [...(groups.get(key) ?? []), day]);
	}
	return groups;
}

function toFile(name: string, days: Day[]): WeatherFile {
	const csv = stringify(days, { header: true, columns: ['date', ...DATA_COLUMNS] });
	return { name, rows: days.length, csv };
}
