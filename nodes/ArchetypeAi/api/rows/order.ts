import { groupBy } from '../groupBy';
import type { Output } from '../outputs';

const natural = new Intl.Collator('en', { numeric: true });

/**
 * Outputs in groups of the same port and input, each in the order its parts continue each other
 * (`part_9` before `part_10`), the groups by name as well: lists come in no promised order.
 */
export function partsByInput(outputs: Output[]): Array<[Output, ...Output[]]> {
	return groupBy(outputs, inputOf)
		.map((parts) => parts.sort(byName) as [Output, ...Output[]])
		.sort(([a], [b]) => byName(a, b));
}

/** What tells the inputs apart: outputs of older services know the file of an input, but not its id. */
const inputOf = ({ port_name, input_id, input_file_id }: Output): string =>
	JSON.stringify([
		port_name,
		input_id ?? null,
		isMissing(input_id) ? (input_file_id ?? null) : null,
	]);

const isMissing = (id: unknown): boolean => id === undefined || id === null;

function byName(a: Output, b: Output): number {
	return natural.compare(a.data.filename ?? a.id, b.data.filename ?? b.id);
}
