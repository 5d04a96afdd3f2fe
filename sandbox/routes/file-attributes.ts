import { csvRecords } from '../engine/csv';
import type { Service } from '../service';
import type { StoredFile } from '../store/files';

/** Longer headers, as in a file that is not a CSV, are truncated in the response. */
const MOST_HEADERS = 1000;
const LONGEST_HEADER = 200;

/**
 * Returns what the service says about a file's content: rows and columns of a CSV. Computed once,
 * as a file never changes.
 */
export async function attributesOf(service: Service, file: StoredFile): Promise<object> {
	return (file.attributes ??= await readAttributes(service, file));
}

async function readAttributes(service: Service, file: StoredFile): Promise<object> {
	if (file.file_type !== 'text/csv') return {};
	let header: string[] | undefined;
	let num_rows = 0;
	try {
		for await (const record of csvRecords(service.blobs.read(file.blob), true)) {
			if (header) num_rows++;
			else header = record;
		}
	} catch {
		// The content of uploads is not checked, so any bytes can come as text/csv.
		return {};
	}
	const column_headers = header
		?.slice(0, MOST_HEADERS)
		.map((name) => name.slice(0, LONGEST_HEADER));
	return { num_rows, num_columns: header?.length ?? 0, column_headers };
}
