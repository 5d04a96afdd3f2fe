import type { IHttpRequestOptions, NodeApiError } from 'n8n-workflow';

import type { ApiReply, OpenReply } from '../client';
import { storageError } from '../errors';
import type { Attempt } from '../retry';
import type { Output } from '../schemas';
import { fileRequest } from './scope';
import type { DownloadScope } from './scope';

const MAX_REDIRECTS = 5;

/**
 * One try to open the file of an output as a stream, from byte `from` on when that is given. A
 * presigned link (absolute) is opened without the key, a path of the API (`/files/download/…`) with
 * it. Redirects are followed by hand, so that the key stays with the API.
 */
export async function openFile(
	scope: DownloadScope,
	output: Output,
	from?: { byte: number; etag?: string },
): Promise<Attempt<OpenReply, NodeApiError>> {
	const { client } = scope;
	const request = fileRequest(scope, output);
	const plain = async (options: IHttpRequestOptions) => await sendPlain(scope, options);
	const keyed = async (options: IHttpRequestOptions) => await client.sendWithKey(options);
	const apiOrigin = new URL(client.baseUrl).origin;

	const isApiPath = !/^https?:/i.test(request.path);
	let path = isApiPath ? `/${request.path.replace(/^\/+/, '')}` : request.path;
	let send = isApiPath ? keyed : plain;
	for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
		const opened = await client.attempt(
			{ ...request, path },
			{ encoding: 'stream', headers: headersFor(from) },
			send,
			(status) => status >= 200 && status < 400,
		);
		if (!opened.ok || opened.value.statusCode < 300) return opened;

		opened.value.giveUp();
		const { location } = opened.value.headers;
		const base = path.startsWith('/') ? `${client.baseUrl}${path}` : path;
		if (typeof location !== 'string' || !URL.canParse(location, base)) break;
		const target = new URL(location, base);
		send = isApiPath && target.origin === apiOrigin ? keyed : plain;
		path = target.href;
	}
	return {
		ok: false,
		error: storageError(client.info(request), 'its link redirects without end'),
		retryable: false,
	};
}

/** Sends without the key: nothing here ever sees the credential. */
async function sendPlain(scope: DownloadScope, options: IHttpRequestOptions): Promise<ApiReply> {
	return (await scope.context.helpers.httpRequest(options)) as ApiReply;
}

function headersFor(from?: { byte: number; etag?: string }): IHttpRequestOptions['headers'] {
	// Compressed on the way, the bytes would be neither those that were counted nor those of a range.
	const plain = { 'Accept-Encoding': 'identity' };
	if (from === undefined) return plain;
	// If-Range: a file that changed meanwhile comes whole, and is not glued to the old part.
	const range = { Range: `bytes=${from.byte}-`, ...(from.etag && { 'If-Range': from.etag }) };
	return { ...plain, ...range };
}
