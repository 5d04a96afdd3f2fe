import type { IHttpRequestOptions, NodeApiError } from 'n8n-workflow';

import { isSuccess } from '../body';
import type { ArchetypeAiClient } from '../client';
import { hasExpired } from '../files/links';
import { problemOfLink } from '../files/ref';
import { sentUntilSilent } from '../files/silence';
import type { ApiReply, ApiRequest } from '../request';
import type { Attempt } from '../retry';
import type { Semaphore } from '../semaphore';
import { gathered, streamLike } from '../streams';
import type { Body } from '../streams';
import { text } from '../text';
import { Cutter } from './cut';
import { uploadError } from './errors';
import { subjectOf } from './file';
import type { LocalFile } from './file';
import type { Part, PartToken, UploadSession } from './session';

/** A refused link may have expired; S3 says 400 when the session that signed it has ended. */
const REFUSALS = ['400', '401', '403'];

/** The offset up to which a file has been read. */
interface Reading {
	at: number;
	cutter: Cutter;
	stream?: Body;
}

/**
 * Sends consecutive parts, each to its link, while reading the file once, and yields the token of each. A
 * part that breaks is sent again from its first byte.
 *
 * @throws NodeApiError that names the file.
 */
export async function* sendRange(
	client: ArchetypeAiClient,
	session: UploadSession,
	file: LocalFile,
	parts: Part[],
	connections: Semaphore,
): AsyncGenerator<PartToken> {
	let reading: Reading | undefined;
	try {
		for (const part of parts) {
			let link = part;
			let needsLink = false;
			const leave = await connections.enter(client.limits.signal);
			const send = async (): Promise<Attempt<PartToken, NodeApiError>> => {
				if (needsLink || hasExpired(client, link)) link = await session.renew(link);
				if (reading?.at !== part.offset) {
					await reading?.cutter.close();
					const { chunks, stream } = await file.source.open(part.offset);
					reading = { at: part.offset, cutter: new Cutter(chunks), stream };
				}
				const used = reading;
				// Whatever happens, the reader is somewhere within the part until it has been sent completely.
				used.at = NaN;
				const sent = await sendPart(client, file, link, used);
				if (sent.ok) used.at = part.offset + part.length;
				// A link that is refused early can also end as a broken connection.
				needsLink = !sent.ok;
				return sent;
			};
			try {
				yield await client.retry(send, { path: part.url });
			} finally {
				leave();
			}
		}
	} finally {
		await reading?.cutter.close();
	}
}

/** One try to `PUT` the bytes of a part to its link, without the key. */
async function sendPart(
	client: ArchetypeAiClient,
	file: LocalFile,
	{ part_number, url, length }: Part,
	{ cutter, stream }: Reading,
): Promise<Attempt<PartToken, NodeApiError>> {
	const subject = subjectOf(file);
	const request: ApiRequest = {
		...{ method: 'PUT', path: url, subject, verb: 'uploaded', isRepeatable: true },
		headers: { 'Content-Length': String(length), 'Content-Type': 'application/octet-stream' },
		// The host's timeout counts even while bytes flow.
		timeoutMs: 0,
	};
	const refused = (problem: string) => {
		const error = uploadError(client.info(request), problem);
		return { ok: false, error, retryable: false } as const;
	};
	if (!/^https?:/i.test(url) || !URL.canParse(url)) return refused('its link is not a web address');
	const problem = problemOfLink(new URL(url), client.baseUrl);
	if (problem !== undefined) return refused(problem);

	const { helpers } = client.context;
	const send = async (options: IHttpRequestOptions): Promise<ApiReply> => {
		const stop = new AbortController();
		const signals = [stop.signal, options.abortSignal as AbortSignal];
		const abortSignal = AbortSignal.any(signals);
		return await sentUntilSilent(
			cutter.take(length),
			() => stop.abort(),
			async (chunks) => {
				const body = stream === undefined ? await gathered(chunks) : streamLike(stream, chunks);
				try {
					return (await helpers.httpRequest({
						...options,
						abortSignal,
						body,
					})) as ApiReply;
				} finally {
					// The host leaves the body of a failed request open.
					if (!Buffer.isBuffer(body)) body.destroy();
				}
			},
		);
	};
	const sent = await client.attempt(request, {}, send, isSuccess);
	if (!sent.ok) {
		const isRefusal = REFUSALS.includes(sent.error.httpCode ?? '');
		return { ...sent, retryable: sent.retryable || isRefusal };
	}
	// Known clients send the token without its quotes, and that works.
	const part_token = text(sent.value.headers.etag).replaceAll('"', '');
	if (part_token === '') return refused('the storage gave no ETag for a part of it');
	return { ok: true, value: { part_number, part_token } };
}
