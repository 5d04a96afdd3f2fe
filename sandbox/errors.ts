import { errorUid } from './ids';

/** Shape of an error's body; which one the service sends depends on the endpoint and its age. */
export type Envelope = 'errors' | 'detail' | 'error' | 'empty' | 'html' | 'xml';

const MAX_TEXT = 1000;

/** Truncates untrusted text to `length` characters, noting the full length. */
export function clip(text: string, length = MAX_TEXT): string {
	if (text.length <= length) return text;
	return `${text.slice(0, length)}… (${text.length} characters)`;
}

/** An error response of the service: an HTTP status and what its envelope says. */
export class ServiceError extends Error {
	constructor(
		readonly status: number,
		readonly code: string,
		message: string,
		readonly suggestion?: string,
	) {
		super(clip(message));
	}
}

/** Returns the batch service's 404, whose code is upper case, unlike the other services'. */
export function notFound(what: string): ServiceError {
	return new ServiceError(404, 'NOT_FOUND', `${what} not found`);
}

/** Returns the 400 for an invalid parameter or body. */
export function invalid(message: string): ServiceError {
	return new ServiceError(
		400,
		'VALIDATION_ERROR',
		message,
		'Correct the request and send it again',
	);
}

/** Returns the 409 for a request that conflicts with the state of its target. */
export function conflict(message: string, suggestion?: string): ServiceError {
	return new ServiceError(409, 'CONFLICT', message, suggestion);
}

interface ErrorBody {
	contentType: string;
	body: string;
}

/** Returns an error's body and content type in one of the envelopes observed from the service. */
export function envelopeOf(
	envelope: Envelope,
	error: { status: number; code: string; message: string; suggestion?: string },
): ErrorBody {
	const { code, message, suggestion } = error;
	switch (envelope) {
		case 'errors':
			return json({ errors: [{ code, message, suggestion, error_uid: errorUid() }] });
		case 'detail':
			return json({ detail: message });
		case 'error':
			return json({ error: { code, message } });
		case 'empty':
			return { contentType: 'text/plain', body: '' };
		case 'html':
			return {
				contentType: 'text/html',
				body: `<html><head><title>${error.status}</title></head><body><h1>${escaped(message)}</h1></body></html>`,
			};
		case 'xml':
			return storageErrorBody(code, message);
	}
}

/** Returns the XML in which S3 reports an error. */
export function storageErrorBody(code: string, message: string): ErrorBody {
	return {
		contentType: 'application/xml',
		body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${escaped(code)}</Code><Message>${escaped(message)}</Message><RequestId>${errorUid()}</RequestId></Error>`,
	};
}

/** Escapes markup in untrusted text. */
function escaped(text: string): string {
	return text.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);
}

function json(value: unknown): ErrorBody {
	return { contentType: 'application/json', body: JSON.stringify(value) };
}
