import { pipeline, Readable } from 'node:stream';
import { parse } from 'csv-parse';
import { sliced } from './slices';

/** A longer line is not a line of a CSV. */
const MAX_RECORD_BYTES = 1024 * 1024;

/**
 * Returns the records of a CSV, header first, blank lines left out, with room for requests while
 * it is read. Rejects for what is no CSV, with `isRagged` false also for rows of different lengths.
 */
export function csvRecords(file: Readable, isRagged: boolean): AsyncIterable<string[]> {
	const parser = parse({
		bom: true,
		skip_empty_lines: true,
		relax_column_count: isRagged,
		max_record_size: MAX_RECORD_BYTES,
	});
	// Whoever stops reading early lets go of the file, too.
	pipeline(Readable.from(sliced(file)), parser, () => {});
	return parser as AsyncIterable<string[]>;
}
