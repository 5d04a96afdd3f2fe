import type { Readable } from 'node:stream';
import { clip } from '../errors';
import type { Input } from '../store/types';
import { csvRecords } from './csv';
import type { ReadFile } from './work';

/** The columns of a sensor file that a job asks for. */
export interface Readings {
	rows: number;
	/** The timestamp column, as written in the file; empty if none was requested. */
	timestamps: string[];
	/** Row by row, one value per data column. */
	values: Float64Array;
}

/** Which columns hold what. */
export interface Columns {
	data_columns: string[];
	/** Not read where it is not needed. */
	timestamp_column?: string;
}

/** Reads the columns of a labelled file; error messages begin with its name. */
export async function readNamed(input: Input, read: ReadFile, columns: Columns): Promise<Readings> {
	try {
		return await readReadings(read(input), columns);
	} catch (error) {
		throw new Error(`${input.file_id}: ${(error as Error).message}`);
	}
}

/**
 * Reads the job's columns from a CSV with a header. Rejects with a message in the worker's style if
 * the file is not a CSV, lacks a column or has anything but numbers in one.
 */
export async function readReadings(file: Readable, columns: Columns): Promise<Readings> {
	const timestamps: string[] = [];
	let values = new Float64Array(1024 * columns.data_columns.length);
	let filled = 0;
	let rows = 0;
	let places: { timestamp?: number; data: number[] } | undefined;
	for await (const record of csvRecords(file, false)) {
		if (!places) {
			places = placesOf(record, columns);
			continue;
		}
		rows++;
		if (places.timestamp !== undefined) timestamps.push(record[places.timestamp]!);
		if (filled + places.data.length > values.length) {
			const larger = new Float64Array(values.length * 2);
			larger.set(values);
			values = larger;
		}
		for (const [i, place] of places.data.entries()) {
			values[filled++] = numberFrom(record[place]!, columns.data_columns[i]!, rows);
		}
	}
	if (!places) throw new Error('no columns to parse from file');
	return { rows, timestamps, values: values.subarray(0, filled) };
}

function placesOf(header: string[], { data_columns, timestamp_column }: Columns) {
	const place = (column: string) => {
		const index = header.indexOf(column);
		if (index < 0) {
			throw new Error(`column '${column}' not found, file has: ${clip(header.join(', '))}`);
		}
		return index;
	};
	return {
		...(timestamp_column !== undefined && { timestamp: place(timestamp_column) }),
		data: data_columns.map(place),
	};
}

function numberFrom(text: string, column: string, row: number): number {
	const number = Number(text);
	if (text.trim() === '' || !Number.isFinite(number)) {
		throw new Error(
			`could not parse '${clip(text, 100)}' as dtype f64 at column '${column}' (row ${row})`,
		);
	}
	return number;
}
