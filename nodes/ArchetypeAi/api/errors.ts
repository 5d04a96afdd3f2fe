import { NodeApiError, NodeOperationError } from 'n8n-workflow';
import type { IDataObject, INode } from 'n8n-workflow';
import type { ZodError } from 'zod';

import { redact } from './redact';
import { text } from './text';

/** What a request was for, in the reader's words, e.g. `Job job_3h7m…`. */
export interface RequestInfo {
	node: INode;
	/** `GET /batch/jobs/job_3h7m…`; never with query or host. */
	request: string;
	/** What was asked for, as the subject of a sentence: `Job job_3h7m…`. */
	subject: string;
	itemIndex?: number;
	/** Values that must not be shown, should the service echo them. */
	secrets?: readonly string[];
	/** The reply comes from storage, behind a presigned link, and not from the API. */
	isLink?: boolean;
	/** The subject is a file, which every error then names. */
	isFile?: boolean;
}

/** One error of the service, whichever of its envelopes it came in. */
interface ServiceError {
	message: string;
	code?: string;
	suggestion?: string;
	uid?: string;
}

const isObject = (value: unknown): value is IDataObject =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The errors in a reply's body: `errors[]`, `detail` (text or FastAPI's list), `error`, or the start
 * of a body in no known form. Empty when the body is. See "Error envelopes" of the API reference.
 */
export function readErrors(body: unknown): ServiceError[] {
	if (typeof body === 'string') return text(body) ? [{ message: plainText(body) }] : [];
	if (!isObject(body)) return [];

	const entries = Array.isArray(body.errors) ? body.errors : body.error ? [body.error] : [];
	const errors = entries.filter(isObject).map((entry) => ({
		message: text(entry.message) || text(entry.code) || 'no message',
		code: text(entry.code) || undefined,
		suggestion: text(entry.suggestion) || undefined,
		uid: text(entry.error_uid) || undefined,
	}));
	const texts = entries.map(text).filter(Boolean);
	return [...errors, ...[...texts, ...readDetail(body.detail)].map((message) => ({ message }))];
}

/** FastAPI's `detail`: one text, or a list of `{loc, msg}` for each bad field. */
function readDetail(detail: unknown): string[] {
	if (!Array.isArray(detail)) return [text(detail)].filter(Boolean);
	return detail.filter(isObject).map((entry) => {
		const field = Array.isArray(entry.loc) ? `${entry.loc.map(text).join('.')}: ` : '';
		return `${field}${text(entry.msg) || 'not valid'}`;
	});
}

/** HTML and XML bodies of gateways and storage, cut down to their words. */
function plainText(body: string): string {
	const words = body
		.replace(/<(style|script|head)[\s\S]*?<\/\1>/gi, ' ')
		.replace(/<[^>]*>/g, ' ')
		.replace(/\s+/g, ' ')
		.trim();
	return words.length > 200 ? `${words.slice(0, 200)}…` : words;
}

/**
 * Milliseconds the service asks to wait before the next try, or undefined: `Retry-After` in seconds
 * or as a date, else `error.details.retry_after` (seconds) of the old envelope.
 */
export function readRetryAfter(
	headers: IDataObject,
	body: unknown,
	now = Date.now(),
): number | undefined {
	const header = text(headers['retry-after']);
	if (header !== '') {
		const ms = /^\d+(\.\d+)?$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
		if (Number.isFinite(ms)) return Math.max(0, ms);
	}
	const error = isObject(body) && isObject(body.error) ? body.error : {};
	const seconds = isObject(error.details) ? error.details.retry_after : undefined;
	return typeof seconds === 'number' && seconds >= 0 ? seconds * 1000 : undefined;
}

type Failure = NonNullable<ConstructorParameters<typeof NodeApiError>[2]>['failure'];

interface Advice {
	message: string;
	advice: string;
	failure?: Failure;
}

function advise(status: number, subject: string, retryAfterMs?: number): Advice {
	const wait = retryAfterMs === undefined ? '' : ` in ${Math.ceil(retryAfterMs / 1000)} s`;
	switch (true) {
		case status === 401:
			return {
				message: 'The API key was not accepted',
				advice:
					'Check the API Key of the credential. A key works only in its own environment: a production key is refused by a staging Base URL.',
				failure: { cause: 'credential-invalid' },
			};
		case status === 403:
			return {
				message: `The API key may not access this: ${subject}`,
				advice: 'Use a key of the organization that owns it, or ask its owner for access.',
				failure: { cause: 'credential-invalid' },
			};
		case status === 404:
			return {
				message: `${subject} was not found`,
				advice:
					'Check the ID, and that it belongs to the organization of the API key. It may have been deleted.',
				failure: { cause: 'configuration-invalid' },
			};
		case status === 409:
			return {
				message: `${subject} is not in a state that allows this`,
				advice: 'Look at its current status, then try again.',
			};
		case status === 413:
			return { message: 'The request is too large', advice: 'Send less in one request.' };
		case status === 429:
			return {
				message: `The service is receiving too many requests. Try again${wait || ' later'}`,
				advice: 'Run the workflow less often, or turn on Retry On Fail in the node settings.',
				failure: { cause: 'rate-limited', ...(retryAfterMs !== undefined && { retryAfterMs }) },
			};
		case status >= 500 || status === 408:
			return {
				message: `The service failed to answer (HTTP ${status}). Try again${wait || ' later'}`,
				advice: 'If it lasts, ask Archetype AI support and quote the error ID below.',
				failure: {
					cause: 'temporarily-unavailable',
					...(retryAfterMs !== undefined && { retryAfterMs }),
				},
			};
		case status >= 300 && status < 400:
			return {
				message: `The server redirects to another address (HTTP ${status})`,
				advice: 'Check the Base URL of the credential: redirects are not followed with the key.',
				failure: { cause: 'configuration-invalid' },
			};
		default:
			return {
				message: `The service refused the request (HTTP ${status})`,
				advice: 'Check the values of the fields.',
			};
	}
}

function linkRefused(subject: string, status: number): Advice {
	return {
		message: `${subject} could not be downloaded: the storage refused its link (HTTP ${status})`,
		advice:
			'Links expire, usually after an hour, and are renewed once. Run the node again; if it lasts, check that the job still has this output.',
	};
}

/** What the service itself said, with its code and `error_uid`, on lines of their own. */
function serviceWords(errors: ServiceError[]): string[] {
	return errors.flatMap(({ message, code, suggestion, uid }) => [
		`The service says: ${message}${code && code !== message ? ` (${code})` : ''}`,
		...(suggestion ? [`Suggestion: ${suggestion}`] : []),
		...(uid ? [`Error ID: ${uid}`] : []),
	]);
}

function apiError(
	info: RequestInfo,
	{
		message,
		lines,
		...options
	}: { message: string; lines: string[]; httpCode?: string; failure?: Failure },
): NodeApiError {
	const clean = (words: string) => redact(words, info.secrets);
	const isNamed = !info.isFile || message.includes(info.subject);
	const shown = clean(isNamed ? message : `${info.subject} could not be downloaded. ${message}`);
	return new NodeApiError(
		info.node,
		{ message: shown },
		{
			...options,
			message: shown,
			description: clean([...lines, `Request: ${info.request}`].join('\n')),
			itemIndex: info.itemIndex,
		},
	);
}

/** The one error for a reply whose status is not 2xx: what happened, to what, what to do. */
export function statusError(
	info: RequestInfo,
	reply: { status: number; headers: IDataObject; body: unknown },
): NodeApiError {
	const retryAfterMs = readRetryAfter(reply.headers, reply.body);
	const { message, advice, failure } =
		info.isLink && reply.status >= 400 && reply.status < 408
			? linkRefused(info.subject, reply.status)
			: advise(reply.status, info.subject, retryAfterMs);
	return apiError(info, {
		message,
		lines: [advice, ...serviceWords(readErrors(reply.body))],
		httpCode: String(reply.status),
		failure,
	});
}

/** The error for a 2xx reply that is not what the endpoint promises: HTML, or fields missing or wrong. */
export function shapeError(info: RequestInfo, body: unknown, problem?: ZodError): NodeApiError {
	if (!isObject(body)) {
		return apiError(info, {
			message: 'The server did not answer with JSON',
			lines: [
				'Check the Base URL of the credential: something else than the Archetype AI API seems to answer there.',
				...serviceWords(readErrors(body)),
			],
			failure: { cause: 'configuration-invalid' },
		});
	}
	const fields = (problem?.issues ?? [])
		.slice(0, 5)
		.map((issue) => `${issue.path.join('.') || 'reply'}: ${issue.message}`);
	return apiError(info, {
		message: `The reply of the service has an unexpected form (${fields[0] ?? 'unknown'})`,
		lines: [
			'Check the Base URL of the credential, and look for a newer version of this package.',
			`Fields: ${fields.join('; ')}`,
		],
		failure: { cause: 'node-defect' },
	});
}

/** The error for a request that got no reply at all: no network, unknown host, cut-off connection. */
export function networkError(info: RequestInfo, cause: unknown, origin: string): NodeApiError {
	const code = networkCode(cause);
	const host = new URL(origin).host;
	const reasons: Record<string, string> = {
		ENOTFOUND: `The host ${host} is not known`,
		EAI_AGAIN: `The host ${host} could not be looked up`,
		ECONNREFUSED: `Nothing answers at ${host}`,
		ECONNRESET: `The connection to ${host} was cut off`,
		ECONNABORTED: `${host} did not answer in time`,
		ETIMEDOUT: `${host} did not answer in time`,
	};
	const said = cause instanceof Error ? cause.message : String(cause);
	return apiError(info, {
		message: reasons[code ?? ''] ?? `No answer from ${host}: ${said}`,
		lines: [
			info.isLink
				? `${info.subject} is stored there. Check that the n8n server may reach it.`
				: 'Check the Base URL of the credential and the network of the n8n server.',
		],
		failure: { cause: 'temporarily-unavailable' },
	});
}

/** The error for a file that could not be had whole, with what is wrong with it. */
export function storageError(info: RequestInfo, problem: string): NodeApiError {
	return apiError(info, {
		message: `${info.subject} could not be downloaded: ${problem}`,
		lines: ['Run the node again. If it lasts, check the output in the Archetype AI console.'],
		failure: { cause: 'temporarily-unavailable' },
	});
}

/** The system code of a failed connection (`ECONNREFUSED`, …), wherever the host's helper put it. */
export function networkCode(error: unknown): string | undefined {
	for (let current = error, depth = 0; isObject(current) && depth < 5; depth++) {
		if (typeof current.code === 'string' && /^(E[A-Z_]+|ERR_[A-Z_]+)$/.test(current.code)) {
			return current.code;
		}
		current = current.cause;
	}
	return undefined;
}

/** An error about what the user entered: it names the item and what to do. */
export function usageError(
	node: INode,
	message: string,
	description: string,
	itemIndex?: number,
): NodeOperationError {
	return new NodeOperationError(node, message, { description, itemIndex });
}
