import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { NodeApiError, NodeOperationError } from 'n8n-workflow';

import type { OperationRun } from './operation';

/**
 * The item for a failure when the node continues on errors: what it is `about`, such as a file and its job,
 * the message as `error`, and what to do as `advice`, so that a later node can repeat the work without
 * parsing text.
 *
 * n8n drops everything but the message from an item that has `error` beside its `json`, yet needs that field
 * to route the item to the error output. A non-enumerable `error` satisfies both: the copy of the item in
 * that output does not have it.
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

/** The first line of a description: what to do. The following lines are the service's own words. */
function adviceOf(error: Error): string | null {
	const isOurs = error instanceof NodeApiError || error instanceof NodeOperationError;
	return (isOurs && error.description?.split('\n', 1)[0]) || null;
}

/** A failed file must not cost the others when the node continues on errors. */
export async function orErrorItem(
	{ context }: OperationRun,
	about: () => IDataObject,
	work: () => Promise<INodeExecutionData>,
): Promise<INodeExecutionData> {
	if (!context.continueOnFail()) return await work();
	return await work().catch((error: Error) => errorItem(context, error, about()));
}
