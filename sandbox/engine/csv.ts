import { pipeline, Readable } from 'node:stream';
import { parse } from 'csv-parse';
import { sliced } from './slices';

/** Anything with a longer line is not a CSV. */
const MAX_RECORD_BYTES = 1024 * 1024;

/**
 * Returns the records of a CSV, header first, skipping blank lines and yielding to requests while
 * reading. Rejects if it is not a CSV or, with `isRagged` false, if rows differ in length.
 */
export function csvRecords(file: Readable, isRagged: boolean): AsyncIterable<string[]> {
	const parser = parse({
		bom: true,
		skip_empty_lines: true,
		relax_column_count: isRagged,
		max_record_size: MAX_RECORD_BYTES,
	});
	// Stopping early closes the file, too.
	pipeline(Readable.from(sliced(file)), parser, () => {});
	return parser as AsyncIterable<string[]>;
}
