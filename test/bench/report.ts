import { alignedTable } from '../../tools/alignedTable';

/** A measured value and what it may be at most, or must be at least. */
export interface Bar {
	name: string;
	value: number;
	limit: number;
	unit: string;
	isLeast?: boolean;
}

/** Measured values for people: rows under a head, and what to know about them. */
export interface Table {
	title: string;
	head: string[];
	rows: Array<Array<string | number>>;
	notes?: string[];
}

/** Values to be drawn: what `who` needed of `measure`. */
export interface Chart {
	title: string;
	marks: Array<{ measure: string; who: string; value: number }>;
}

export interface Report {
	tables: Table[];
	bars: Bar[];
	chart?: Chart;
}

export interface Bench {
	/** Gets a line of text for each thing that is about to be measured. */
	run: (say: (text: string) => void) => Promise<Report>;
}

export const isOk = ({ value, limit, isLeast }: Bar): boolean =>
	isLeast ? value >= limit : value <= limit;

/** The bars in one line of JSON. */
export function toJson(bars: Bar[]): string {
	const shown = bars.map((bar) => {
		const { name, value, limit, unit } = bar;
		return { name, value, limit, unit, ok: isOk(bar) };
	});
	return JSON.stringify({ bars: shown });
}

/** The tables, and last the bars. */
export function toText({ tables, bars }: Report): string {
	const barTable: Table = {
		title: 'Bars',
		head: ['', 'value', '', 'limit', 'unit', ''],
		rows: bars.map((bar) => [
			...[bar.name, bar.value, bar.isLeast ? 'at least' : 'at most', bar.limit, bar.unit],
			isOk(bar) ? 'ok' : 'MISSED',
		]),
	};
	return [...tables, barTable].map(tableToText).join('\n\n');
}

function tableToText({ title, head, rows, notes = [] }: Table): string {
	const cells = rows.map((row) => row.map(cellToText));
	return [title, alignedTable(head, cells), ...notes].join('\n');
}

const cellToText = (cell: string | number): string =>
	typeof cell === 'number' ? cell.toLocaleString('en-US', { maximumFractionDigits: 1 }) : cell;

/** The middle one of some values, which an outlier does not move. */
export function median(values: number[]): number {
	const sorted = [...values].sort((a, b) => a - b);
	return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}
