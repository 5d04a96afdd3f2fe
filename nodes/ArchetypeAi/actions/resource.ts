import { updateDisplayOptions } from 'n8n-workflow';
import type { INodeProperties } from 'n8n-workflow';

import type { Operation } from './operation';

/** What the node can work with, and what can be done with it. */
export interface Resource {
	name: string;
	value: string;
	/** Sorted by name. */
	operations: Operation[];
	/** The operation list and all fields, shown only where they belong. */
	fields: INodeProperties[];
}

/** Puts a resource together from its operations; `initial` is the one that is chosen at first. */
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
