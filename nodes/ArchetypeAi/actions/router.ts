import { NodeApiError, NodeOperationError } from 'n8n-workflow';
import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { ArchetypeAiClient } from '../api/client';
import { mapConcurrently } from '../api/concurrency';
import { Parameters } from '../fields/parameters';
import { aboutSubject } from './about';
import { errorItem } from './errorItem';
import { Hints } from './hints';
import type { Operation, OperationRun, Unfinished } from './operation';
import { findOperation } from './resources';

/**
 * Items in, items out: the same handling of errors and item links for every operation. Work that an operation
 * leaves unfinished is done in a second round, for all items at once.
 */
export async function router(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const client = await ArchetypeAiClient.connect(this);
	const hints = new Hints();
	const afterwards: Array<() => Promise<void>> = [];
	const running = new Set<OperationRun>();

	const begin = async (_item: INodeExecutionData, itemIndex: number): Promise<Begun> => {
		const run: OperationRun = {
			context: this,
			client: client.forItem(itemIndex),
			itemIndex,
			parameters: Parameters.ofItem(this, itemIndex),
			hints,
			whenDone: (work) => afterwards.push(work),
		};
		running.add(run);
		const outcome = await settled(run, async () => chosenOperation(this, itemIndex).execute(run));
		running.delete(run);
		if (Array.isArray(outcome)) run.client.giveUp();
		return { run, outcome };
	};
	const giveUp = () => running.forEach(({ client }) => client.giveUp());
	const begun = await mapConcurrently(this.getInputData(), itemsAtOnce(this), begin, giveUp);

	const results: INodeExecutionData[] = [];
	for (const { run, outcome } of begun) {
		const items = Array.isArray(outcome) ? outcome : await finished(run, outcome);
		for (const item of items) {
			// A combined result of all items sets its own links.
			item.pairedItem ??= { item: run.itemIndex };
			results.push(item);
		}
	}
	hints.show(this, results);
	for (const work of afterwards) await work();
	return [results];
}

/** The result of the first round of an item. */
interface Begun {
	run: OperationRun;
	outcome: INodeExecutionData[] | Unfinished;
}

/** The concurrency of the first item's operation: expressions are rare there. */
function itemsAtOnce(context: IExecuteFunctions): number {
	if (context.getInputData().length === 0) return 1;
	const resource = context.getNodeParameter('resource', 0);
	const operation = context.getNodeParameter('operation', 0);
	return findOperation(resource, operation)?.itemsAtOnce ?? 1;
}

async function finished(
	run: OperationRun,
	{ jobId, finish }: Unfinished,
): Promise<INodeExecutionData[]> {
	const items = await settled(run, finish, { job_id: jobId });
	run.client.giveUp();
	return items;
}

/**
 * The result of the work on an item, or the item for its failure.
 *
 * @throws NodeApiError or NodeOperationError when the node does not continue on errors.
 */
async function settled<Outcome>(
	run: OperationRun,
	work: () => Promise<Outcome>,
	about?: IDataObject,
): Promise<Outcome | INodeExecutionData[]> {
	const { client, context, itemIndex } = run;
	try {
		return await work();
	} catch (error) {
		client.giveUp();
		if (!context.continueOnFail()) throw asNodeError(context, error as Error, itemIndex);
		return [errorItem(context, error as Error, about ?? aboutSubject(run))];
	}
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

/** Errors of this package are meant for the reader; anything else is a bug and says so. */
function asNodeError(context: IExecuteFunctions, error: Error, itemIndex: number): Error {
	if (error instanceof NodeApiError || error instanceof NodeOperationError) return error;
	return new NodeOperationError(context.getNode(), error, { itemIndex });
}
