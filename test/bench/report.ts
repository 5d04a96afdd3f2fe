import { alignedTable } from '../../tools/alignedTable';

/** A measured value and its upper or lower limit. */
export interface Bar {
	name: string;
	value: number;
	limit: number;
	unit: string;
	isLeast?: boolean;
}

/** Measured values for people: rows under a header, and notes about them. */
export interface Table {
	title: string;
	head: string[];
	rows: Array<Array<string | number>>;
	notes?: string[];
}

/** Values to be drawn: how much of `measure` `who` needed. */
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
	/** Receives a line of text for each thing about to be measured. */
	run: (say: (text: string) => void) => Promise<Report>;
}

export const isOk = ({ value, limit, isLeast }: Bar): boolean =>
	isLeast ? value >= limit : value <= limit;

/** The targets in one line of JSON. */
export function toJson(bars: Bar[]): string {
	const shown = bars.map((bar) => {
		const { name, value, limit, unit } = bar;
		return { name, value, limit, unit, ok: isOk(bar) };
	});
	return JSON.stringify({ bars: shown });
}

/** The tables, followed by the targets. */
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

/** The median, which is robust against outliers. */
export function median(values: number[]): number {
	const sorted = [...values].sort((a, b) => a - b);
	return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}
