import type { RemoteFile } from '../files/remoteFile';
import type { Hint } from './dialect';

const CSV: Hint = { format: 'csv' };
const TABS: Hint = { format: 'csv', delimiter: '\t' };
const JSONL: Hint = { format: 'jsonl' };

const ENDINGS = new Map<string, Hint>([
	['csv', CSV],
	['tsv', TABS],
	['tab', TABS],
	['psv', { format: 'csv', delimiter: '|' }],
	['jsonl', JSONL],
	['ndjson', JSONL],
]);
const TYPES = new Map<string, Hint>([
	['text/csv', CSV],
	['application/csv', CSV],
	['text/tab-separated-values', TABS],
	['application/x-ndjson', JSONL],
	['application/jsonl', JSONL],
]);

/**
 * How the rows of a file are written, judging by its extension, or else its type; undefined when neither
 * says. Only a hint: the content decides.
 */
export function formatHint({ data }: RemoteFile): Hint | undefined {
	const { filename, file_extension, file_type } = data;
	const endingOf = (name: string | null | undefined) =>
		(name ?? '').toLowerCase().replace(/\.gz$/, '').split('.').pop() ?? '';
	const type = (file_type ?? '').toLowerCase().split(';')[0]!.trim();
	return (
		ENDINGS.get(endingOf(file_extension)) ?? ENDINGS.get(endingOf(filename)) ?? TYPES.get(type)
	);
}
