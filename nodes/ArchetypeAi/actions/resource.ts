import { updateDisplayOptions } from 'n8n-workflow';
import type { INodeProperties } from 'n8n-workflow';

import type { Operation } from './operation';

/** A kind of thing that the node works with, and its operations. */
export interface Resource {
	name: string;
	value: string;
	/** Sorted by name. */
	operations: Operation[];
	/** The operation list and all fields, each shown only where it belongs. */
	fields: INodeProperties[];
}

/** Assembles a resource from its operations; `initial` is the default one. */
export function resource({
	name,
	value,
	initial,
	operations,
}: Pick<Resource, 'name' | 'value' | 'operations'> & { initial: Operation }): Resource {
	const sorted = [...operations].sort((a, b) => (a.option.name < b.option.name ? -1 : 1));
	const chosen = initial.option.value;
	return {
		name,
		value,
		operations: sorted,
		fields: [
			{
				displayName: 'Operation',
				name: 'operation',
				type: 'options',
				noDataExpression: true,
				displayOptions: { show: { resource: [value] } },
				options: sorted.map(({ option }) => option),
				default: chosen,
			},
			...sorted.flatMap(({ option, fields }) =>
				updateDisplayOptions({ show: { resource: [value], operation: [option.value] } }, fields),
			),
		],
	};
}
