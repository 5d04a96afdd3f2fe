import { groupBy } from '../../api/groupBy';
import type { Output } from '../../api/outputs';

const natural = new Intl.Collator('en', { numeric: true });

/**
 * Outputs grouped by port and input, each group in the order of its parts (`part_9` before `part_10`), and the
 * groups by name: the order of lists is not guaranteed.
 */
export function partsByInput(outputs: Output[]): Array<[Output, ...Output[]]> {
	return groupBy(outputs, inputOf)
		.map((parts) => parts.sort(byName) as [Output, ...Output[]])
		.sort(([a], [b]) => byName(a, b));
}

/** Whether the service says which input an output comes from: by its ID, or by its file. */
export const hasInput = ({ input_id, input_file_id }: Output): boolean =>
	!isMissing(input_id) || !isMissing(input_file_id);

/** What identifies the input: its ID, its file where older services have no ID, or else the names of the parts. */
const inputOf = (output: Output): string => {
	const { port_name, input_id, input_file_id, data, id } = output;
	if (!isMissing(input_id)) return JSON.stringify([port_name, input_id]);
	if (!isMissing(input_file_id)) return JSON.stringify([port_name, null, input_file_id]);
	return JSON.stringify([port_name, null, null, wholeName(data.filename ?? id)]);
};

/** The name of the whole file: `pred_pump7.csv` for `pred_pump7_part_0.csv`. */
export const wholeName = (name: string): string => name.replace(/_part_\d+(?=\.[^.]+$|$)/i, '');

const isMissing = (id: unknown): boolean => id === undefined || id === null;

function byName(a: Output, b: Output): number {
	return natural.compare(a.data.filename ?? a.id, b.data.filename ?? b.id);
}
