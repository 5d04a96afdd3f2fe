import type { IDataObject } from 'n8n-workflow';

import { jsonOf, text } from './text';
import { timeOf } from './time';

/** One error of the service, whichever envelope it came in. */
export interface ServiceError {
	message: string;
	code?: string;
	suggestion?: string;
	uid?: string;
}

export const isObject = (value: unknown): value is IDataObject =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The errors in a reply's body: `errors[]`, `detail` (text, object or FastAPI's list), `error`, the text
 * of HTML or XML, or else the body itself. Empty when the body is. See "Error envelopes" in the API
 * reference.
 */
export function readErrors(body: unknown): ServiceError[] {
	if (typeof body === 'string') return [readText(body)].filter(({ message }) => message !== '');
	const known = readEnvelopes(body);
	return known.length > 0 ? known : asFound(body);
}

/** The errors in a reply's body that has a known form. */
export function readEnvelopes(body: unknown): ServiceError[] {
	if (!isObject(body)) return [];
	return [body.errors, body.error, body.detail]
		.flat()
		.flatMap((entry) => (isObject(entry) ? [readEntry(entry)] : [{ message: text(entry) }]))
		.filter(({ message }) => message !== '');
}

/**
 * Whether a reply's body is an error in one of the service's own forms: `errors[]` of objects,
 * `detail`, or an `error` object. Gateways send HTML, or their own JSON.
 */
export function isOwnEnvelope(body: unknown): boolean {
	if (!isObject(body)) return false;
	const { errors, error, detail } = body;
	const isWords = (entry: unknown): boolean => isObject(entry) && readEntry(entry).message !== '';
	if (Array.isArray(errors)) return errors.some(isWords);
	if (isObject(error)) return text(error.message) !== '' || text(error.code) !== '';
	return text(detail) !== '' || isObject(detail) || (Array.isArray(detail) && detail.some(isWords));
}

/** An entry of `errors` or `error`, or one of FastAPI's `detail` list: `{loc, msg}`. */
function readEntry(entry: IDataObject): ServiceError {
	const field = Array.isArray(entry.loc) ? `${entry.loc.map(text).join('.')}: ` : '';
	const said = text(entry.message) || text(entry.msg) || text(entry.code);
	return {
		message: said === '' ? jsonOf(entry) : `${field}${said}`,
		code: text(entry.code) || undefined,
		suggestion: text(entry.suggestion) || undefined,
		uid: text(entry.error_uid) || undefined,
	};
}

/** JSON in an unknown form, so that its content is not lost. */
function asFound(body: unknown): ServiceError[] {
	const isEmpty = typeof body !== 'object' || body === null || Object.keys(body).length === 0;
	return isEmpty ? [] : [{ message: jsonOf(body) }];
}

/** The error in a storage's XML, or the text of a gateway's HTML page. */
function readText(body: string): ServiceError {
	// The rest of such XML contains the request's signature.
	const [, code] = /<Code>([^<]*)<\/Code>/.exec(body) ?? [];
	const [, message] = /<Message>([^<]*)<\/Message>/.exec(body) ?? [];
	if (code !== undefined && message !== undefined) return { message: text(message), code };

	const words = body
		.split(/<\/(?:style|script|head)\s*>/i)
		.map((part) => part.replace(/<(?:style|script|head)\b[\s\S]*/i, ' '))
		.join(' ')
		.replace(/<[^<>]*>/g, ' ');
	return { message: text(words) };
}

/**
 * Milliseconds that the service asks to wait before the next try, or undefined: `Retry-After` in seconds
 * or as a date by the service's own clock, else `error.details.retry_after` (seconds) of the old
 * envelope.
 */
export function readRetryAfter(headers: IDataObject, body: unknown): number | undefined {
	const header = text(headers['retry-after']);
	if (header !== '') {
		const now = Date.parse(text(headers.date)) || Date.now();
		const ms = /^\d+(\.\d+)?$/.test(header) ? Number(header) * 1000 : timeOf(header) - now;
		if (Number.isFinite(ms)) return inReason(ms);
	}
	const error = isObject(body) && isObject(body.error) ? body.error : {};
	const seconds = isObject(error.details) ? error.details.retry_after : undefined;
	return typeof seconds === 'number' && seconds >= 0 ? inReason(seconds * 1000) : undefined;
}

/** No service intends a longer wait than this, ms. */
export const LONGEST_RETRY_AFTER_MS = 24 * 3_600_000;

const inReason = (ms: number): number => Math.min(Math.max(0, ms), LONGEST_RETRY_AFTER_MS);
