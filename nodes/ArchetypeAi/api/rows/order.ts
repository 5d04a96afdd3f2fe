import { groupBy } from '../groupBy';
import type { Output } from '../schemas';

const natural = new Intl.Collator('en', { numeric: true });

/**
 * Outputs in groups of the same port and input, each in the order its parts continue each other
 * (`part_9` before `part_10`), the groups by name as well: lists come in no promised order.
 */
export function partsByInput(outputs: Output[]): Array<[Output, ...Output[]]> {
	return groupBy(outputs, ({ input_id, port_name }) => `${port_name}\n${input_id ?? ''}`)
		.map((parts) => parts.sort(byName) as [Output, ...Output[]])
		.sort(([a], [b]) => byName(a, b));
}

function byName(a: Output, b: Output): number {
	return natural.compare(a.data.filename ?? a.id, b.data.filename ?? b.id);
}
