import type { Output } from '../outputs';
import type { Format } from './dialect';

const ENDINGS = new Map<string, Format>([
	['csv', 'csv'],
	['tsv', 'csv'],
	['tab', 'csv'],
	['psv', 'csv'],
	['jsonl', 'jsonl'],
	['ndjson', 'jsonl'],
]);
const TYPES = new Map<string, Format>([
	['text/csv', 'csv'],
	['application/csv', 'csv'],
	['text/tab-separated-values', 'csv'],
	['application/x-ndjson', 'jsonl'],
	['application/jsonl', 'jsonl'],
]);

/**
 * How the rows of an output are written, as far as the ending of its name says, or else its type;
 * undefined when neither does. No more than a hint: the content decides.
 */
export function formatHint({ data }: Output): Format | undefined {
	const { filename, file_extension, file_type } = data;
	const endingOf = (name: string | null | undefined) =>
		(name ?? '').toLowerCase().replace(/\.gz$/, '').split('.').pop() ?? '';
	const type = (file_type ?? '').toLowerCase().split(';')[0]!.trim();
	return (
		ENDINGS.get(endingOf(file_extension)) ?? ENDINGS.get(endingOf(filename)) ?? TYPES.get(type)
	);
}
