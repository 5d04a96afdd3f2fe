import { NodeApiError, NodeOperationError } from 'n8n-workflow';
import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { ArchetypeAiClient } from '../api/client';
import { Parameters } from '../fields/parameters';
import { errorItem } from './errorItem';
import { Hints } from './hints';
import { aboutJob } from './jobId';
import type { Operation, OperationRun } from './operation';
import { findOperation } from './resources';

/** Items in, items out: the same handling of errors and item links for every operation. */
export async function router(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const client = await ArchetypeAiClient.connect(this);
	const results: INodeExecutionData[] = [];
	const hints = new Hints();
	const afterwards: Array<() => Promise<void>> = [];

	for (let itemIndex = 0; itemIndex < this.getInputData().length; itemIndex++) {
		const pairedItem = { item: itemIndex };
		const parameters = Parameters.ofItem(this, itemIndex);
		const run: OperationRun = {
			context: this,
			client: client.forItem(itemIndex),
			itemIndex,
			parameters,
			hints,
			whenDone: (work) => afterwards.push(work),
		};
		try {
			const items = await chosenOperation(this, itemIndex).execute(run);
			for (const item of items) {
				// One result of all items says so itself.
				item.pairedItem ??= pairedItem;
				results.push(item);
			}
		} catch (error) {
			if (!this.continueOnFail()) throw asNodeError(this, error as Error, itemIndex);
			results.push(Object.assign(errorItem(this, error as Error, aboutJob(run)), { pairedItem }));
		} finally {
			run.client.giveUp();
		}
	}
	hints.show(this, results);
	for (const work of afterwards) await work();
	return [results];
}

function chosenOperation(context: IExecuteFunctions, itemIndex: number): Operation {
	const resource = context.getNodeParameter('resource', itemIndex);
	const operation = context.getNodeParameter('operation', itemIndex);
	const found = findOperation(resource, operation);
	if (found === undefined) {
		throw new NodeOperationError(
			context.getNode(),
			`This version of the node has no operation "${operation}" for "${resource}"`,
			{ itemIndex, description: 'Choose an operation from the list, or update the package.' },
		);
	}
	return found;
}

/** Errors of this package are already for the reader; anything else is a defect and says so. */
function asNodeError(context: IExecuteFunctions, error: Error, itemIndex: number): Error {
	if (error instanceof NodeApiError || error instanceof NodeOperationError) return error;
	return new NodeOperationError(context.getNode(), error, { itemIndex });
}
