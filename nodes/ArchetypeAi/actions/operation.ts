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
