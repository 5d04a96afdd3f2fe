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
	/** Path below the base URL, starting with `/`; ids in it are checked by `jobPath`. */
	path: string;
	query?: IDataObject;
	/** Sent as JSON, or as it is. */
	body?: IDataObject | Buffer | Body;
	headers?: IHttpRequestOptions['headers'];
	/** How long it may take, ms; a minute by default. 0: as long as it takes. */
	timeoutMs?: number;
	/** Whether it does no harm to send it twice; only GET by default. */
	isRepeatable?: boolean;
	/** What is asked for, as the subject of a sentence in errors: `Job job_3h7m…`. */
	subject: string;
	/** What is tried with the subject, as a participle: `downloaded`. Every error then says so. */
	verb?: string;
	/** Gives this request up: its reply is needed no more. */
	signal?: AbortSignal;
}

export type ApiReply = IN8nHttpFullResponse;

/** A reply that may still be arriving. */
export interface OpenReply extends ApiReply {
	/** Ends its connection, whether more of it is waited for or nobody has begun to read it. */
	giveUp: () => void;
}

/** How a request is sent: to the API with the key, or plainly to a presigned link. */
export type Send = (options: IHttpRequestOptions) => Promise<ApiReply>;

/** Whether a path is a link to elsewhere, and none of the API. */
export const isUrl = (path: string): boolean => /^https?:/i.test(path);
