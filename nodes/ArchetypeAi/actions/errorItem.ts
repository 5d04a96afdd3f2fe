import type {
	IDataObject,
	INodeExecutionData,
	NodeApiError,
	NodeOperationError,
} from 'n8n-workflow';

/** The item that stands for a failure when the node continues on errors; `about` says of what. */
export function errorItem(error: Error, about: IDataObject = {}): INodeExecutionData {
	return {
		json: { ...about, error: error.message },
		error: error as NodeApiError | NodeOperationError,
	};
}
