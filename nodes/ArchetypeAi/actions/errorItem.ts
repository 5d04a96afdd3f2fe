import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { NodeApiError, NodeOperationError } from 'n8n-workflow';

import type { OperationRun } from './operation';

/**
 * The item that stands for a failure when the node continues on errors: what it is `about`, such as a
 * file and its job, the message as `error`, and what to do as `advice`, so that a later node can
 * repeat the work without taking a text apart.
 *
 * n8n leaves nothing but the message of an item that has `error` beside its `json`, and without it
 * does not find the way to the error output. One that is not enumerable does both: the copy of the
 * item that n8n puts into that output is without it.
 */
export function errorItem(
	context: IExecuteFunctions,
	error: Error,
	about: IDataObject = {},
): INodeExecutionData {
	const item: INodeExecutionData = {
		json: { ...about, error: error.message, advice: adviceOf(error) },
	};
	if (context.getNode().onError === 'continueErrorOutput') {
		Object.defineProperty(item, 'error', { value: error });
	}
	return item;
}

/** The first line of a description: what to do. Those that follow say what the service said. */
function adviceOf(error: Error): string | null {
	const isOurs = error instanceof NodeApiError || error instanceof NodeOperationError;
	return (isOurs && error.description?.split('\n', 1)[0]) || null;
}

/** One file that fails is no reason to lose the others, when the node continues on errors. */
export async function orErrorItem(
	{ context }: OperationRun,
	about: () => IDataObject,
	work: () => Promise<INodeExecutionData>,
): Promise<INodeExecutionData> {
	if (!context.continueOnFail()) return await work();
	return await work().catch((error: Error) => errorItem(context, error, about()));
}
