import type { INodeExecutionData, NodeApiError, NodeOperationError } from 'n8n-workflow';

/**
 * The item that stands for a failure when the node continues on errors. n8n shows nothing but the
 * message of such an item, so the message must say what failed.
 */
export function errorItem(error: Error): INodeExecutionData {
	return {
		json: { error: error.message },
		error: error as NodeApiError | NodeOperationError,
	};
}
