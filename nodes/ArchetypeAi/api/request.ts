import type {
	IDataObject,
	IExecuteFunctions,
	IHttpRequestOptions,
	ILoadOptionsFunctions,
	IN8nHttpFullResponse,
	IPollFunctions,
} from 'n8n-workflow';

import type { Body } from './streams';

/** What a request to the service or to a storage is, and what comes back. */

export type ApiContext = IExecuteFunctions | ILoadOptionsFunctions | IPollFunctions;

export interface ApiRequest {
	method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
	/** Path below the base URL, starting with `/`; `jobPath` checks IDs in it. */
	path: string;
	query?: IDataObject;
	/** Sent as JSON, or as it is. */
	body?: IDataObject | Buffer | Body;
	headers?: IHttpRequestOptions['headers'];
	/** Time limit, ms; a minute by default, 0 for none. */
	timeoutMs?: number;
	/** Whether sending it twice is safe; only GET by default. */
	isRepeatable?: boolean;
	/** What is requested, as the subject of a sentence in errors: `Job job_3h7m…`. */
	subject: string;
	/** What is attempted, as a participle: `downloaded`. Every error then says so. */
	verb?: string;
	/** Aborts this request when its reply is no longer needed. */
	signal?: AbortSignal;
}

export type ApiReply = IN8nHttpFullResponse;

/** A reply that may still be arriving. */
export interface OpenReply extends ApiReply {
	/** Ends its connection, whether or not anybody has begun to read it. */
	giveUp: () => void;
}

/** How a request is sent: to the API with the key, or without it to a presigned link. */
export type Send = (options: IHttpRequestOptions) => Promise<ApiReply>;

/** Whether a path is an external link, not one of the API. */
export const isUrl = (path: string): boolean => /^https?:/i.test(path);
