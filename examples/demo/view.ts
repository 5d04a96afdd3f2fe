import { alignedTable } from '../../tools/alignedTable';
import type { InputProgress } from './service';
import type { CheckedResult } from './verify';

const BAR_WIDTH = 30;
const PLAIN_LINE_EVERY_MS = 15_000;

/** The part of a listr2 task that shows progress. */
interface Task {
	output: string | undefined;
}

/**
 * Shows a step's progress: every change on a terminal; elsewhere a plain line every 15 seconds,
 * `plain` if given.
 */
export function progressOf(task: Task): (text: string, plain?: string) => void {
	if (process.stdout.isTTY) return (text) => (task.output = text);
	let last = 0;
	return (text, plain = text) => {
		if (Date.now() - last < PLAIN_LINE_EVERY_MS) return;
		last = Date.now();
		task.output = plain;
	};
}

/** A progress bar per input of a job, one per line. */
export function bars(progress: InputProgress[]): string {
	return progress
		.map((row) => ({ name: row.input.file_id, percent: percentOf(row) }))
		.sort((a, b) => a.name.localeCompare(b.name))
		.map(({ name, percent }) => {
			const filled = Math.round((percent / 100) * BAR_WIDTH);
			const bar = '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled);
			return `${name} ${bar} ${String(percent).padStart(3)} %`;
		})
		.join('\n');
}

/** The same in a few words. */
export function summary(progress: InputProgress[]): string {
	const percents = progress.map(percentOf);
	const mean = percents.reduce((sum, percent) => sum + percent, 0) / Math.max(1, percents.length);
	const done = percents.filter((percent) => percent === 100).length;
	return `${done} of ${percents.length} files classified, ${Math.round(mean)} % of the work`;
}

/** The downloaded results: one line per classified file, plus a total. */
export function table(results: CheckedResult[]): string {
	const total = (of: (result: CheckedResult) => number) =>
		results.reduce((sum, result) => sum + of(result), 0);
	const rows = [
		...results.map(({ input, files, rows, bytes, mostOften }) => [
			...[input, files.length, rows, bytes, mostOften],
		]),
		[
			'all',
			total(({ files }) => files.length),
			total(({ rows }) => rows),
			total(({ bytes }) => bytes),
			'',
		],
	];
	return alignedTable(
		['classified file', 'files', 'rows', 'bytes', 'most often'],
		rows.map((row) => row.map(String)),
	);
}

function percentOf({ input, latest_progress }: InputProgress): number {
	return input.status === 'completed' ? 100 : (latest_progress?.metrics.percent_complete ?? 0);
}
