import type { IDataObject, IHttpRequestOptions, NodeApiError } from 'n8n-workflow';

import { isBelow } from '../baseUrl';
import type { ApiReply, OpenReply } from '../request';
import type { Attempt } from '../retry';
import { storageError } from './errors';
import type { RemoteFile } from './remoteFile';
import { text } from '../text';
import { problemOfLink, readRef } from './ref';
import { fileRequest } from './transfer';
import type { Transfer } from './transfer';

const MAX_REDIRECTS = 5;

/** A byte offset in a version of a file. */
export interface FilePlace {
	byte: number;
	/** See {@link OpenFile}. */
	version?: string;
}

/** A file whose bytes may still be arriving. */
export interface OpenFile extends OpenReply {
	/** Changes when the file does; undefined when the storage does not provide it. */
	version?: string;
	/** Of the whole file, as the storage reports it; undefined when it does not. */
	md5?: string;
}

/**
 * One try to open a file as a stream, from byte `from` on if given. A presigned link (absolute) is opened
 * without the key, a path of the API (`/files/download/…`) with it. Redirects are followed here, not by the
 * host, so that the key stays with the API.
 */
export async function openFile(
	transfer: Transfer,
	file: RemoteFile,
	from?: FilePlace,
): Promise<Attempt<OpenFile, NodeApiError>> {
	const { client } = transfer;
	const request = fileRequest(file);
	const plain = async (options: IHttpRequestOptions) => await sendPlain(transfer, options);
	const keyed = async (options: IHttpRequestOptions) => await client.sendWithKey(options);

	const refused = (problem: string) => {
		const error = storageError(client.info(request), problem);
		return { ok: false, error, retryable: false } as const;
	};
	const ref = readRef(file.data.ref, file.data.filename, client.baseUrl);
	if (ref.kind === 'refused') return refused(ref.problem);

	const isApiPath = ref.kind === 'path';
	let path = ref.kind === 'path' ? ref.path : ref.url;
	let send = isApiPath ? keyed : plain;
	for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
		const opened = await client.attempt(
			{ ...request, path },
			{ encoding: 'stream', headers: headersFor(from) },
			send,
			(status) => (status >= 200 && status < 400) || (from !== undefined && status === 416),
		);
		if (!opened.ok) return opened;

		const { statusCode, headers, giveUp } = opened.value;
		if (statusCode < 300 || statusCode === 416) {
			const md5 = send === plain ? md5In(headers) : undefined;
			return { ok: true, value: { ...opened.value, version: versionIn(headers), md5 } };
		}
		giveUp();
		const { location } = headers;
		const base = path.startsWith('/') ? `${client.baseUrl}${path}` : path;
		const target =
			typeof location === 'string' && URL.canParse(location, base)
				? new URL(location, base)
				: undefined;
		if (target === undefined || !/^https?:$/.test(target.protocol)) {
			return refused(
				`the storage answered with HTTP ${statusCode}, and no web address to go on to`,
			);
		}
		send = isApiPath && isBelow(target, client.baseUrl) ? keyed : plain;
		const problem = send === plain ? problemOfLink(target, client.baseUrl) : undefined;
		if (problem !== undefined) return refused(problem);
		path = target.href;
	}
	return refused('its link redirects without end');
}

/** Sends without the key: nothing here ever sees the credential. */
async function sendPlain(transfer: Transfer, options: IHttpRequestOptions): Promise<ApiReply> {
	return (await transfer.context.helpers.httpRequest(options)) as ApiReply;
}

function headersFor(from?: FilePlace): IHttpRequestOptions['headers'] {
	// If compressed in transit, the bytes would match neither the count nor the range.
	const plain = { 'Accept-Encoding': 'identity' };
	if (from === undefined) return plain;
	// If-Range: a file that has changed comes whole, and is not joined to the old part.
	const range = { Range: `bytes=${from.byte}-`, ...(from.version && { 'If-Range': from.version }) };
	return { ...plain, ...range };
}

const versionIn = (headers: IDataObject): string | undefined =>
	text(headers.etag) || text(headers['last-modified']) || undefined;

/**
 * The MD5 in the ETag of an S3 object. ETags of objects that were uploaded in parts (`…-7`) or encrypted
 * with a key other than S3's own are not MD5, nor usually are those of other servers.
 */
function md5In(headers: IDataObject): string | undefined {
	const encryption = text(headers['x-amz-server-side-encryption']);
	const hasOwnKey = 'x-amz-server-side-encryption-customer-algorithm' in headers;
	if (hasOwnKey || encryption.startsWith('aws:kms')) return undefined;
	return /^"([0-9a-f]{32})"$/.exec(text(headers.etag))?.[1];
}
