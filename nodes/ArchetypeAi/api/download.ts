import type { IBinaryData, IDataObject, IExecuteFunctions, NodeApiError } from 'n8n-workflow';

import type { ApiReply, ApiRequest, ArchetypeAiClient } from './client';
import { networkCode, networkError, storageError } from './errors';
import { safeFileName } from './fileName';
import { outputs } from './lists';
import { readRows } from './pages';
import { withRetry } from './retry';
import type { Attempt } from './retry';
import type { Output } from './schemas';

const MAX_REDIRECTS = 5;
/** A link this close to its end is renewed first: opening the connection takes time, too. */
const EXPIRY_MARGIN_MS = 5_000;

type Body = Parameters<IExecuteFunctions['helpers']['prepareBinaryData']>[0];

/** What is needed to fetch the files of one job for one input item. */
export interface DownloadScope {
	context: IExecuteFunctions;
	client: ArchetypeAiClient;
	jobId: string;
	itemIndex: number;
}

/**
 * Streams the file of an output into n8n's binary store and returns the reference to it.
 *
 * A presigned link (absolute) is fetched without the key, a path of the API (`/files/download/…`)
 * with it. An expired link is renewed once by listing the outputs again. A cut-off or short
 * transfer is repeated; what is returned has as many bytes as `num_bytes` says.
 *
 * @throws NodeApiError that names the file when it cannot be had whole.
 */
export async function downloadOutput(scope: DownloadScope, output: Output): Promise<IBinaryData> {
	let current = output;
	let renewed = false;
	const renew = async () => {
		renewed = true;
		current = await renewLink(scope, output);
	};

	if (hasExpired(current)) await renew();
	return await withRetry(async () => {
		const first = await transfer(scope, current);
		const linkRefused = !first.ok && first.error.httpCode === '403';
		if (!linkRefused || renewed) return first;
		await renew();
		return await transfer(scope, current);
	}, scope.client.limits);
}

function hasExpired({ expires_at }: Output): boolean {
	return typeof expires_at === 'string' && Date.parse(expires_at) < Date.now() + EXPIRY_MARGIN_MS;
}

/** The same output with a fresh link: links are made anew by each call of the list. */
async function renewLink(scope: DownloadScope, output: Output): Promise<Output> {
	const { client, jobId, itemIndex } = scope;
	const query: IDataObject = { port_name: output.port_name };
	if (typeof output.input_id === 'string') query.input_id = output.input_id;

	for await (const rows of readRows(outputs(client, jobId, query, itemIndex))) {
		const fresh = rows.find((row) => row.id === output.id);
		if (fresh !== undefined) return fresh;
	}
	throw storageError(client.info(fileRequest(scope, output)), 'it is no longer listed by the job');
}

function fileRequest({ itemIndex }: DownloadScope, { data, id }: Output): ApiRequest {
	const name = safeFileName(data.filename, id);
	return { path: data.ref, subject: `File ${name} (${id})`, isFile: true, itemIndex };
}

/** One try: open the link, stream the body into the store, compare the sizes. */
async function transfer(
	scope: DownloadScope,
	output: Output,
): Promise<Attempt<IBinaryData, NodeApiError>> {
	const request = fileRequest(scope, output);
	const opened = await open(scope, request);
	if (!opened.ok) return opened;

	const info = scope.client.info(request);
	const headers = opened.value.headers;
	try {
		const binary = await scope.context.helpers.prepareBinaryData(
			opened.value.body as Body,
			safeFileName(output.data.filename, output.id),
			output.data.file_type ?? (headers['content-type'] as string | undefined),
		);
		const stored = await storedBytes(scope.context, binary);
		const expected = output.data.num_bytes ?? contentLength(headers) ?? stored;
		if (stored === expected) return { ok: true, value: binary };
		return {
			ok: false,
			error: storageError(info, `${stored} bytes arrived instead of ${expected}`),
			retryable: true,
		};
	} catch (error) {
		return {
			ok: false,
			error: networkError(info, error, originOf(scope.client, request.path)),
			retryable: networkCode(error) !== undefined && !scope.client.limits.signal?.aborted,
		};
	}
}

/** Opens a link or path, following redirects by hand so that the key stays with the API. */
async function open(
	scope: DownloadScope,
	request: ApiRequest,
): Promise<Attempt<ApiReply, NodeApiError>> {
	const { client, context } = scope;
	const plain = async (options: Parameters<typeof context.helpers.httpRequest>[0]) =>
		(await context.helpers.httpRequest(options)) as ApiReply;
	const keyed = client.sendWithKey.bind(client);
	const apiOrigin = new URL(client.baseUrl).origin;

	const isApiPath = !/^https?:/i.test(request.path);
	let path = isApiPath ? `/${request.path.replace(/^\/+/, '')}` : request.path;
	let send = isApiPath ? keyed : plain;
	for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
		const opened = await client.attempt(
			{ ...request, path },
			{ encoding: 'stream' },
			send,
			(status) => status >= 200 && status < 400,
		);
		if (!opened.ok || opened.value.statusCode < 300) return opened;

		const location = opened.value.headers.location;
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

function originOf(client: ArchetypeAiClient, ref: string): string {
	return new URL(ref, client.baseUrl).origin;
}

function contentLength(headers: IDataObject): number | undefined {
	const length = Number(headers['content-length']);
	return Number.isInteger(length) && headers['content-encoding'] === undefined ? length : undefined;
}

/** Bytes in the store. Hosts before 2.x do not put `bytes` on the reference. */
async function storedBytes(context: IExecuteFunctions, binary: IBinaryData): Promise<number> {
	if (binary.bytes !== undefined) return binary.bytes;
	if (binary.id === undefined) return Buffer.byteLength(binary.data, 'base64');
	return (await context.helpers.getBinaryMetadata(binary.id)).fileSize;
}
