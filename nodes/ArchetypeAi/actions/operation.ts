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
	/** Schedules work for when all items of this execution are there. */
	whenDone: (work: () => Promise<void>) => void;
}

/** The rest of the work on an item, done once work on every item has started. */
export interface Unfinished {
	/** The job it is about. */
	jobId: string;
	finish: () => Promise<INodeExecutionData[]>;
}

/** One thing a user can do: its entry in the list, its fields, and its effect on an item. */
export interface Operation {
	option: INodePropertyOptions & { value: string; action: string };
	fields: INodeProperties[];
	/** Items processed at the same time; one by default. */
	itemsAtOnce?: number;
	execute(run: OperationRun): Promise<INodeExecutionData[] | Unfinished>;
}
