import { NodeApiError, NodeOperationError } from 'n8n-workflow';
import type { IDataObject, INode } from 'n8n-workflow';
import type { ZodError } from 'zod';

import { isObject, isOwnEnvelope, readEnvelopes, readErrors, readRetryAfter } from './envelopes';
import type { ServiceError } from './envelopes';
import { redact } from './redact';

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

/** How much of what the service says is shown: errors of one reply, characters of each. */
const MOST_ERRORS = 10;
const LONGEST_WORDS = 500;

type Failure = NonNullable<ConstructorParameters<typeof NodeApiError>[2]>['failure'];

interface Advice {
	message: string;
	advice: string;
	failure?: Failure;
}

function advise(status: number, subject: string, retryAfterMs?: number): Advice {
	const wait = retryAfterMs ? `in ${Math.ceil(retryAfterMs / 1000)} s` : 'later';
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
				message: `The service is receiving too many requests. Try again ${wait}`,
				advice: 'Run the workflow less often, or turn on Retry On Fail in the node settings.',
				failure: { cause: 'rate-limited', ...(retryAfterMs !== undefined && { retryAfterMs }) },
			};
		case status >= 500 || status === 408:
			return {
				message: `The service failed to answer (HTTP ${status}). Try again ${wait}`,
				advice:
					'If it lasts, ask Archetype AI support, and quote the error ID if there is one below.',
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

function adviseOnLink(status: number, subject: string, retryAfterMs?: number): Advice {
	if (status >= 500 || status === 408 || status === 429) {
		return {
			...advise(status, subject, retryAfterMs),
			message: `${subject} could not be downloaded: the storage failed to answer (HTTP ${status})`,
			advice: 'Run the node again in a while.',
		};
	}
	return {
		message: `${subject} could not be downloaded: the storage refused its link (HTTP ${status})`,
		advice:
			'Links expire, usually after an hour, and are renewed once. Run the node again; if it lasts, check that the job still has this output.',
	};
}

/** What the service itself said, with its code and `error_uid`, on lines of their own. */
function serviceWords({ secrets }: RequestInfo, errors: ServiceError[]): string[] {
	const show = (words: string) => shorten(redact(words, secrets));
	const lines = errors
		.slice(0, MOST_ERRORS)
		.flatMap(({ message, code, suggestion, uid }) => [
			`The service says: ${show(message)}${code && code !== message ? ` (${show(code)})` : ''}`,
			...(suggestion ? [`Suggestion: ${show(suggestion)}`] : []),
			...(uid ? [`Error ID: ${show(uid)}`] : []),
		]);
	const left = errors.length - MOST_ERRORS;
	return left > 0 ? [...lines, `… and ${left} more errors`] : lines;
}

/** One line of a length that can be read; cut after redacting, or half a secret would be left. */
function shorten(words: string): string {
	const line = words.replace(/\s+/g, ' ');
	return line.length > LONGEST_WORDS ? `${line.slice(0, LONGEST_WORDS)}…` : line;
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
	const error = new NodeApiError(
		info.node,
		{ message: shown },
		{
			...options,
			message: shown,
			description: clean([...lines, `Request: ${info.request}`].join('\n')),
			itemIndex: info.itemIndex,
		},
	);
	return withMessage(error, shown);
}

/**
 * The error with just this message. The host puts another in its place when it finds a system code
 * anywhere in it, such as EEXIST in "preexisting.csv".
 */
function withMessage<E extends Error>(error: E, message: string): E {
	error.message = message;
	return error;
}

/** The one error for a reply whose status is not 2xx: what happened, to what, what to do. */
export function statusError(
	info: RequestInfo,
	reply: { status: number; headers: IDataObject; body: unknown },
): NodeApiError {
	const retryAfterMs = readRetryAfter(reply.headers, reply.body);
	const adviser = info.isLink ? adviseOnLink : advise;
	const { message, advice, failure } = adviser(reply.status, info.subject, retryAfterMs);
	const error = apiError(info, {
		message,
		lines: [advice, ...serviceWords(info, readErrors(reply.body))],
		httpCode: String(reply.status),
		failure,
	});
	error.context[OWN_WORDS] = isOwnEnvelope(reply.body);
	return error;
}

/** In an error's context: whether the service itself said so, and not a gateway in front of it. */
const OWN_WORDS = 'isOwnEnvelope';

/** Whether the service itself said so, in one of its own envelopes. */
export const isOwnWord = (error: unknown): boolean =>
	error instanceof NodeApiError && error.context[OWN_WORDS] === true;

/** Whether the service itself says that it does not have something. */
export const isNotFound = (error: unknown): boolean =>
	error instanceof NodeApiError && error.httpCode === '404' && error.context[OWN_WORDS] === true;

/** The error for a 2xx reply that is not what the endpoint promises: HTML, or fields missing or wrong. */
export function shapeError(info: RequestInfo, body: unknown, problem?: ZodError): NodeApiError {
	if (!isObject(body)) {
		return apiError(info, {
			message: 'The server did not answer with JSON',
			lines: [
				'Check the Base URL of the credential: something else than the Archetype AI API seems to answer there.',
				...serviceWords(info, readErrors(body)),
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
			...serviceWords(info, readEnvelopes(body)),
		],
		failure: { cause: 'node-defect' },
	});
}

/** The error for a row of a list that is not as it should be. */
export function rowError(
	info: RequestInfo,
	row: unknown,
	place: string,
	problem: ZodError,
): NodeApiError {
	const issues = problem.issues.map((issue) => ({ ...issue, path: [place, ...issue.path] }));
	const error = shapeError(info, {}, { ...problem, issues } as ZodError);
	const name = nameOf(row);
	if (name !== '') error.description = `Row: ${name}\n${error.description ?? ''}`;
	return error;
}

/** What a row calls itself; '' when it does not. */
export const nameOf = (row: unknown): string =>
	isObject(row) && typeof row.id === 'string' ? shorten(row.id) : '';

/** The error for a request that got no reply at all: no network, unknown host, cut-off connection. */
export function networkError(info: RequestInfo, cause: unknown, origin: string): NodeApiError {
	const code = networkCode(cause);
	const host = URL.canParse(origin) ? new URL(origin).host : 'the given address';
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
		message: reasons[code ?? ''] ?? `The request to ${host} failed: ${said}`,
		lines: [
			info.isLink
				? `${info.subject} is stored there. Check that the n8n server may reach it.`
				: 'Check the Base URL of the credential and the network of the n8n server.',
		],
		failure: code === undefined ? undefined : { cause: 'temporarily-unavailable' },
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

/** The error for a file that arrived whole and holds something else than the operation can use. */
export function contentError(info: RequestInfo, problem: string): NodeApiError {
	return apiError(info, {
		message: `${info.subject} cannot be used here: ${problem}`,
		lines: [
			'Look at the file with the operation Download, which takes any content. Leave it out with Filters, or set On Error to Continue to get the others.',
		],
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
	const clean = redact(message);
	return withMessage(new NodeOperationError(node, clean, { description, itemIndex }), clean);
}
