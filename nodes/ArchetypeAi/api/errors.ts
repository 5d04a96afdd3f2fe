import { NodeApiError, NodeOperationError } from 'n8n-workflow';
import type { IDataObject, INode } from 'n8n-workflow';
import type { ZodError } from 'zod';

import { advise, adviseOnGateway, adviseOnLink, isNoRoute, noRoute } from './advice';
import type { Advice, Failure } from './advice';
import { isObject, isOwnEnvelope, readEnvelopes, readErrors, readRetryAfter } from './envelopes';
import type { ServiceError } from './envelopes';
import { redact } from './redact';
import { inOneLine } from './text';

/** What a request was for, in the reader's words, e.g. `Job job_3h7m…`. */
export interface RequestInfo {
	node: INode;
	/** `GET /batch/jobs/job_3h7m…`; never with query or host. */
	request: string;
	/** What was requested, as the subject of a sentence: `Job job_3h7m…`. */
	subject: string;
	itemIndex?: number;
	/** Values that must not be shown if the service echoes them. */
	secrets?: readonly string[];
	/** The reply comes from storage, behind a presigned link, not from the API. */
	isLink?: boolean;
	/** What was attempted, as a participle: `downloaded`. Every error then says so. */
	verb?: string;
	/** The request has an effect when it arrives. */
	isChange?: boolean;
}

/** How much of the service's own text is shown: errors per reply, characters of each. */
const MOST_ERRORS = 10;
const LONGEST_WORDS = 500;
/** The longest line of an error, whatever names and IDs are in it. */
const LONGEST_LINE = 2_000;

/** The errors in a reply, redacted before tags are removed, since a key may contain `<` and `>`. */
const errorsIn = ({ secrets }: RequestInfo, body: unknown): ServiceError[] =>
	readErrors(typeof body === 'string' ? redact(body.slice(0, MOST_READ), secrets) : body);

/** How many characters of a page are searched for text. */
const MOST_READ = 64 * 1024;

/** What the service itself said, with its code and `error_uid`, each on its own line. */
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

/** A line of readable length; cut after redacting, or half a secret would be left. */
const shorten = (words: string): string => inOneLine(words, LONGEST_WORDS);

/** The package's single form of error for a failed request. */
export function apiError(
	info: RequestInfo,
	{
		message,
		lines,
		...options
	}: { message: string; lines: string[]; httpCode?: string; failure?: Failure },
): NodeApiError {
	const clean = (words: string) => inOneLine(redact(words, info.secrets), LONGEST_LINE);
	const shown = clean(message);
	const error = new NodeApiError(
		info.node,
		{ message: shown },
		{
			...options,
			message: shown,
			description: [...lines, `Request: ${info.request}`].map(clean).join('\n'),
			itemIndex: info.itemIndex,
		},
	);
	return withMessage(error, shown);
}

/**
 * The error with exactly this message. The host replaces the message when it finds a system code
 * anywhere in it, such as EEXIST in "preexisting.csv".
 */
function withMessage<E extends Error>(error: E, message: string): E {
	error.message = message;
	return error;
}

/**
 * The error for a request that did not succeed. It says what was attempted and, if no clear answer came
 * back (`isClear`), that the request may have had an effect.
 */
export function requestError(
	info: RequestInfo,
	{ isClear, ...options }: Parameters<typeof apiError>[1] & { isClear: boolean },
): NodeApiError {
	const { subject, verb, isChange } = info;
	const { message, lines } = options;
	if (isChange === true && !isClear) {
		const error = apiError(info, {
			...options,
			message: `${subject} may have been ${verb ?? 'changed'}, or not. ${message}`,
			lines: [
				'The service may have acted on the request: check whether it did before you run the node again.',
				...lines,
			],
		});
		error.context[UNCLEAR] = true;
		return error;
	}
	if (verb === undefined || message.includes(verb)) return apiError(info, options);
	const said = message.startsWith(subject) ? `It${message.slice(subject.length)}` : message;
	return apiError(info, { ...options, message: `${subject} could not be ${verb}. ${said}` });
}

/** In an error's context: the request may have had an effect. */
const UNCLEAR = 'mayHaveHadAnEffect';

/** Whether the failed request may have had an effect. */
export const isUnclear = (error: unknown): error is NodeApiError =>
	error instanceof NodeApiError && error.context[UNCLEAR] === true;

/** The error for a reply whose status is not 2xx: what happened, to what, what to do. */
export function statusError(
	info: RequestInfo,
	reply: { status: number; headers: IDataObject; body: unknown },
): NodeApiError {
	const { message, advice, failure } = adviceOn(info, reply);
	const error = requestError(info, {
		isClear: reply.status < 500 && reply.status !== 408,
		message,
		lines: [advice, ...serviceWords(info, errorsIn(info, reply.body))],
		httpCode: String(reply.status),
		failure,
	});
	error.context[OWN_WORDS] = isOwnEnvelope(reply.body);
	error.context[ABOUT_PATH] = isNoRoute(info, reply);
	return error;
}

function adviceOn(
	info: RequestInfo,
	{ status, headers, body }: { status: number; headers: IDataObject; body: unknown },
): Advice {
	const retryAfterMs = readRetryAfter(headers, body);
	if (info.isLink) return adviseOnLink(status, info, retryAfterMs);
	if (isNoRoute(info, { status, body })) return noRoute(status);
	const advised = advise(status, info.subject, retryAfterMs);
	return isOwnEnvelope(body) ? advised : adviseOnGateway(status, advised);
}

/** In an error's context: whether the service itself said so, not a gateway in front of it. */
const OWN_WORDS = 'isOwnEnvelope';

/** Whether the service itself said so, in one of its own envelopes. */
export const isOwnWord = (error: unknown): boolean =>
	error instanceof NodeApiError && error.context[OWN_WORDS] === true;

/** Whether the service itself says that something does not exist. */
export const isNotFound = (error: unknown): boolean =>
	error instanceof NodeApiError && error.httpCode === '404' && error.context[OWN_WORDS] === true;

/** In an error's context: the path is not one of the service. */
const ABOUT_PATH = 'isAboutPath';

/** Whether something does not exist; false when the error is about a wrong path. */
export const isGone = (error: unknown): boolean =>
	isNotFound(error) && (error as NodeApiError).context[ABOUT_PATH] !== true;

/** Whether the service says that the current state does not allow the request. */
export const isConflict = (error: unknown): error is NodeApiError =>
	error instanceof NodeApiError && error.httpCode === '409';

/** The same error with a more specific message and advice. */
export function reworded(error: NodeApiError, message: string, advice: string): NodeApiError {
	const [, ...others] = (error.description ?? '').split('\n');
	error.description = [advice, ...others].join('\n');
	return withMessage(error, inOneLine(redact(message), LONGEST_LINE));
}

/** The error for a 2xx reply that is not what the endpoint promises: HTML, or missing or wrong fields. */
export function shapeError(info: RequestInfo, body: unknown, problem?: ZodError): NodeApiError {
	if (!isObject(body)) {
		return requestError(info, {
			isClear: false,
			message: 'The server did not answer with JSON',
			lines: [
				'Check the Base URL of the credential: something other than the Archetype AI API seems to answer there, or the proxy that n8n sends its requests through (HTTPS_PROXY).',
				...serviceWords(info, errorsIn(info, body)),
			],
			failure: { cause: 'configuration-invalid' },
		});
	}
	const fields = (problem?.issues ?? [])
		.slice(0, 5)
		.map((issue) => `${issue.path.join('.') || 'reply'}: ${issue.message}`);
	return requestError(info, {
		isClear: false,
		message: `The reply of the service has an unexpected form (${fields[0] ?? 'unknown'})`,
		lines: [
			'Check the Base URL of the credential, and look for a newer version of this package.',
			`Fields: ${fields.join('; ')}`,
			...serviceWords(info, readEnvelopes(body)),
		],
		failure: { cause: 'node-defect' },
	});
}

/** The ID in a row; '' when it has none. */
export const nameOf = (row: unknown): string =>
	isObject(row) && typeof row.id === 'string' ? shorten(row.id) : '';

/** The error for a reply larger than any that the service sends. */
export function sizeError(info: RequestInfo, problem: string): NodeApiError {
	return requestError(info, {
		isClear: false,
		message: `${problem}, far more than the service sends`,
		lines: [
			'Check the Base URL of the credential: something other than the Archetype AI API seems to answer there.',
		],
		failure: { cause: 'temporarily-unavailable' },
	});
}

/** An error about the user's input: it names the item and what to do. */
export function usageError(
	node: INode,
	message: string,
	description: string,
	itemIndex?: number,
): NodeOperationError {
	const inLine = (words: string) => inOneLine(redact(words), LONGEST_LINE);
	const clean = inLine(message);
	const advice = description.split('\n').map(inLine).join('\n');
	const error = new NodeOperationError(node, clean, { description: advice, itemIndex });
	return withMessage(error, clean);
}
