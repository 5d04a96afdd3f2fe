import Table from 'cli-table3';

const NUMBER = /^[\d,.]+$/;

/** Formats rows under a header as a terminal table, with numeric columns right-aligned. */
export function alignedTable(head: string[], rows: string[][]): string {
	const isOfNumbers = (column: number) => rows.every((row) => NUMBER.test(row[column] ?? ''));
	const table = new Table({
		head,
		colAligns: head.map((_, column) => (isOfNumbers(column) ? 'right' : 'left')),
		style: { head: [], border: [], compact: true },
	});
	table.push(...rows);
	return table.toString();
}
