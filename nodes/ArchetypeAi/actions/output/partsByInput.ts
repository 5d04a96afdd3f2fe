import { groupBy } from '../../api/groupBy';
import type { Output } from '../../api/outputs';

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

/** Whether the service says from which input an output is: by its ID, or by its file. */
export const hasInput = ({ input_id, input_file_id }: Output): boolean =>
	!isMissing(input_id) || !isMissing(input_file_id);

/** What tells the inputs apart: their ID, their file where older services know no ID, or else the names of the parts. */
const inputOf = (output: Output): string => {
	const { port_name, input_id, input_file_id, data, id } = output;
	if (!isMissing(input_id)) return JSON.stringify([port_name, input_id]);
	if (!isMissing(input_file_id)) return JSON.stringify([port_name, null, input_file_id]);
	return JSON.stringify([port_name, null, null, wholeName(data.filename ?? id)]);
};

/** The name of what parts are parts of: `pred_pump7.csv` for `pred_pump7_part_0.csv`. */
export const wholeName = (name: string): string => name.replace(/_part_\d+(?=\.[^.]+$|$)/i, '');

const isMissing = (id: unknown): boolean => id === undefined || id === null;

function byName(a: Output, b: Output): number {
	return natural.compare(a.data.filename ?? a.id, b.data.filename ?? b.id);
}
