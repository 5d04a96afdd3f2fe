import { withoutNaN } from './json';
import type { ApiReply } from './request';

/** The most bytes of a JSON reply, decoded: a page of the service has a few hundred kilobytes. */
export const MOST_REPLY_BYTES = 32 * 1024 * 1024;
/** How many bytes of an error page are read. */
export const MOST_ERROR_BYTES = 64 * 1024;

/** Characters of a secret; a shorter text may stand for something else. */
const SHORTEST_SECRET = 8;

/** A reply larger than any that the service sends. */
export class ReplyTooLarge extends Error {
	override name = 'ReplyTooLarge';
}

/** A body as the host returns it when a stream is requested. */
type Body = AsyncIterable<Buffer | string>;

const isStream = (body: unknown): body is Body =>
	typeof body === 'object' && body !== null && Symbol.asyncIterator in body;

/**
 * The value of a reply's body, in memory up to a limit enforced as bytes arrive: the whole body of a
 * success, the start of an error. Text that is not JSON stays text; NaN is read as null.
 *
 * @throws ReplyTooLarge for a success of more than 32 MiB, and what the stream throws.
 */
export async function readBody(body: unknown, isSuccess: boolean, secret = ''): Promise<unknown> {
	if (!isStream(body)) return body;
	const most = isSuccess ? MOST_REPLY_BYTES : MOST_ERROR_BYTES;
	const chunks: Buffer[] = [];
	let bytes = 0;
	for await (const chunk of body) {
		chunks.push(Buffer.from(chunk));
		bytes += chunk.length;
		// Leaving the loop closes the connection.
		if (bytes > most) break;
	}
	if (bytes > most && isSuccess) {
		throw new ReplyTooLarge(`The reply has more than ${MOST_REPLY_BYTES / 2 ** 20} MiB`);
	}
	const said = Buffer.concat(chunks)
		.subarray(0, most)
		.toString('utf8')
		.replace(/^\ufeff/, '');
	// A service that writes the key into its data must not spread it.
	const text = secret.length < SHORTEST_SECRET ? said : said.replaceAll(secret, '***');
	return parsed(text) ?? parsed(withoutNaN(text, () => 'null')) ?? text;
}

/** A reply with the value of its body, see {@link readBody}. */
export async function readReply(reply: ApiReply, secret: string): Promise<ApiReply> {
	const read = await readBody(reply.body, isSuccess(reply.statusCode), secret);
	const body = read as ApiReply['body'];
	return { ...reply, body };
}

export const isSuccess = (status: number): boolean => status >= 200 && status < 300;

/** Undefined when it is not JSON; the text `null` stays text. */
function parsed(text: string): unknown {
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return undefined;
	}
}
