import { contentError } from '../errors';
import { fileInfo } from '../download/scope';
import type { DownloadScope } from '../download/scope';
import type { Output } from '../schemas';

export type Format = 'csv' | 'jsonl';

const EXTENSIONS: Record<string, Format> = { csv: 'csv', jsonl: 'jsonl', ndjson: 'jsonl' };
const TYPES: Record<string, Format> = {
	'text/csv': 'csv',
	'application/x-ndjson': 'jsonl',
	'application/jsonl': 'jsonl',
};

/**
 * How the rows of an output are written: by the ending of its name, since JSONL is often said to be
 * plain text, else by its type.
 *
 * @throws NodeApiError for every other kind of file.
 */
export function formatOf(scope: DownloadScope, output: Output): Format {
	const { filename, file_extension, file_type } = output.data;
	const ending = (file_extension || filename || '').toLowerCase().split('.').pop() ?? '';
	const format = EXTENSIONS[ending] ?? TYPES[(file_type ?? '').toLowerCase()];
	if (format !== undefined) return format;
	throw contentError(fileInfo(scope, output), 'rows can only be read from CSV and JSONL files');
}
