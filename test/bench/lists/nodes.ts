import type { INodeExecutionData, INodeParameters } from 'n8n-workflow';

import { ACTION, type Credential, credentialFor, runAlone } from '../../engine/harness';
import { addHttpRequestNode } from '../httpRequestNode';

/** What a node has to read: the jobs, or the inputs of a job; everything, or its first pages. */
export interface ListRequest {
	/** Base URL of the API. */
	url: string;
	apiKey: string;
	jobId?: string;
	pages?: number;
}

/** Reads a list in n8n's engine; the IDs of its rows are looked up after the measurement. */
export type ReadList = (request: ListRequest) => Promise<() => string[]>;

const PAGE_SIZE = 100;

/** This package's Get Many with its defaults. */
export const thisNode: ReadList = async (request) => {
	const { jobId, pages } = request;
	const parameters = {
		operation: 'getMany',
		...(jobId === undefined
			? { resource: 'job' }
			: { resource: 'input', jobId: { __rl: true, mode: 'id', value: jobId } }),
		...(pages === undefined ? { returnAll: true } : { limit: pages * PAGE_SIZE }),
	};
	const items = await run(ACTION, 1, parameters, credentialFor(request));
	return () => items.map(({ json }) => json.id as string);
};

/**
 * n8n's HTTP Request node with its pagination, from the n8n in folder `installation`: one item per
 * page.
 */
export async function httpRequestNode(installation: string): Promise<ReadList> {
	const { type, typeVersion } = await addHttpRequestNode(installation);
	return async (request) => {
		const items = await run(type, typeVersion, paginated(request));
		return () =>
			items
				.flatMap(({ json }) => (json.jobs ?? json.inputs) as Array<{ id: string }>)
				.map(({ id }) => id);
	};
}

/** As users set it up for a list: the next offset in each request, until the total is reached. */
function paginated({ url, apiKey, jobId, pages }: ListRequest): INodeParameters {
	const list = jobId === undefined ? 'jobs' : 'inputs';
	return {
		url: `${url}/batch/jobs${jobId === undefined ? '' : `/${jobId}/inputs`}`,
		sendHeaders: true,
		headerParameters: { parameters: [{ name: 'Authorization', value: `Bearer ${apiKey}` }] },
		sendQuery: true,
		queryParameters: { parameters: [{ name: 'limit', value: String(PAGE_SIZE) }] },
		options: {
			pagination: {
				pagination: {
					paginationMode: 'updateAParameterInEachRequest',
					parameters: {
						parameters: [{ type: 'qs', name: 'offset', value: `={{ $pageCount * ${PAGE_SIZE} }}` }],
					},
					paginationCompleteWhen: 'other',
					completeExpression: `={{ $response.body.offset + $response.body.${list}.length >= $response.body.total }}`,
					...(pages !== undefined && { limitPagesFetched: true, maxRequests: pages }),
				},
			},
		},
	};
}

async function run(
	type: string,
	typeVersion: number,
	parameters: INodeParameters,
	credential?: Credential,
): Promise<INodeExecutionData[]> {
	const list = { name: 'List', type, typeVersion, parameters };
	const { error, items } = await runAlone(list, { credential });
	if (error) throw error;
	return items;
}
