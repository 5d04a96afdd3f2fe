import { updateDisplayOptions } from 'n8n-workflow';
import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeProperties,
	INodePropertyOptions,
} from 'n8n-workflow';

import type { ArchetypeAiClient } from '../api/client';
import type { Parameters } from '../fields/parameters';
import type { Hints } from './hints';

/** What an operation works with: one input item of one execution. */
export interface OperationRun {
	context: IExecuteFunctions;
	client: ArchetypeAiClient;
	itemIndex: number;
	parameters: Parameters;
	hints: Hints;
	/** Bytes of all files that earlier items of this execution have fetched. */
	planned: { bytes: number };
	/** Ids of outputs whose files this execution gives, to be remembered when all its items are there. */
	handedOn: Set<string>;
}

/** One thing a user can do: its entry in the list, its fields, and what it does for an item. */
export interface Operation {
	option: INodePropertyOptions & { value: string; action: string };
	fields: INodeProperties[];
	execute(run: OperationRun): Promise<INodeExecutionData[]>;
}

export interface Resource {
	name: string;
	operations: Record<string, Operation>;
	/** The operation list and all fields, shown only where they belong. */
	description: INodeProperties[];
}

/** Puts a resource together from its operations; the first one is the default. */
export function resource(name: string, operations: [Operation, ...Operation[]]): Resource {
	const first = operations[0].option.value;
	return {
		name,
		operations: Object.fromEntries(operations.map((entry) => [entry.option.value, entry])),
		description: [
			{
				displayName: 'Operation',
				name: 'operation',
				type: 'options',
				noDataExpression: true,
				displayOptions: { show: { resource: [name] } },
				options: operations.map(({ option }) => option),
				default: first,
			},
			...operations.flatMap(({ option, fields }) =>
				updateDisplayOptions({ show: { resource: [name], operation: [option.value] } }, fields),
			),
		],
	};
}
