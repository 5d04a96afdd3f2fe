import type { NodeApiError } from 'n8n-workflow';

import { isObject, isOwnEnvelope, LONGEST_RETRY_AFTER_MS } from './envelopes';
import type { RequestInfo } from './errors';
import { text } from './text';

/** Why something failed, in the form newer hosts expect. */
export type Failure = NonNullable<ConstructorParameters<typeof NodeApiError>[2]>['failure'];

export interface Advice {
	message: string;
	advice: string;
	failure?: Failure;
}

/** When to try again, in a readable unit; no time at all when a retry is pointless. */
function waitInWords(ms = 0): string {
	const seconds = Math.ceil(ms / 1000);
	if (seconds === 0 || ms >= LONGEST_RETRY_AFTER_MS) return 'later';
	if (seconds < 120) return `in ${seconds} s`;
	if (seconds < 7_200) return `in ${Math.ceil(seconds / 60)} minutes`;
	return `in ${Math.ceil(seconds / 3_600)} hours`;
}

/** What to do about too many requests. */
export const BUSY_ADVICE =
	'Run the workflow less often, or turn on Retry On Fail in the node settings.';

/** What happened and what to do, for a service reply with this status. */
export function advise(status: number, subject: string, retryAfterMs?: number): Advice {
	const wait = waitInWords(retryAfterMs);
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
		case status === 407:
			return {
				message: 'The proxy of the n8n server asks for a user name and a password (HTTP 407)',
				advice:
					'n8n sends its requests through the proxy set in its environment (HTTPS_PROXY, HTTP_PROXY, ALL_PROXY). Ask whoever runs the n8n server.',
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
				advice: BUSY_ADVICE,
				failure: { cause: 'rate-limited', ...(retryAfterMs !== undefined && { retryAfterMs }) },
			};
		case status >= 500 || status === 408:
			return {
				message: `The service failed to answer (HTTP ${status}). Try again ${wait}`,
				advice:
					'If this persists, contact Archetype AI support and quote the error ID, if one is shown below.',
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

/** The same for a reply from storage. */
export function adviseOnLink(
	status: number,
	{ subject, verb = 'downloaded' }: Pick<RequestInfo, 'subject' | 'verb'>,
	retryAfterMs?: number,
): Advice {
	if (status === 407) return advise(status, subject);
	if (status >= 500 || status === 408 || status === 429) {
		return {
			...advise(status, subject, retryAfterMs),
			message: `${subject} could not be ${verb}: the storage failed to answer (HTTP ${status})`,
			advice: 'Run the node again later.',
		};
	}
	if (status === 404 || status === 410) {
		return {
			message: `${subject} could not be ${verb}: the storage does not have it (HTTP ${status})`,
			advice:
				'It may have been deleted there, or may not have been written yet. Check the file in the Archetype AI console.',
		};
	}
	return {
		message: `${subject} could not be ${verb}: the storage refused its link (HTTP ${status})`,
		advice:
			'Links expire, usually after an hour, and are renewed once. Run the node again; if this persists, check that the service still has this file, and that no proxy (HTTPS_PROXY) or firewall blocks the storage.',
	};
}

const OTHER =
	'The reply does not have the format of the service: it may come from a gateway in front of it, or from the proxy that n8n sends its requests through (HTTPS_PROXY).';

/** Statuses that mean the same, whoever sends them. */
const OF_ANYBODY = new Set([404, 405, 408, 413, 429]);

/** What happened, when a refusal is not in the service's own format. */
export function adviseOnGateway(status: number, advised: Advice): Advice {
	if (status === 407) return advised;
	if (status >= 500)
		return { ...advised, advice: `If this persists, contact Archetype AI support. ${OTHER}` };
	if (OF_ANYBODY.has(status)) return { ...advised, advice: `${advised.advice} ${OTHER}` };
	if (status < 400) return { ...advised, advice: `${advised.advice} ${BY_PROXY}` };
	return {
		message: `A proxy or a gateway seems to have refused the request (HTTP ${status})`,
		advice: `The reply does not have the format of the service. ${BY_PROXY}`,
		failure: { cause: 'temporarily-unavailable' },
	};
}

const BY_PROXY =
	'n8n may send its requests through a proxy set in its environment (HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY), or a firewall may stand in front of the service: ask whoever runs the n8n server. If neither is the case, check the Base URL and the API Key of the credential.';

/** For a 404 or 405 that is about the path. */
export const noRoute = (status: number): Advice => ({
	message: `The Base URL does not lead to the Archetype AI API (HTTP ${status})`,
	advice:
		'Correct the Base URL of the credential: the host and the version, such as https://api.u1.archetypeai.app/v0.5, and nothing after it. If it is right, a proxy or a gateway has answered in place of the service (HTTPS_PROXY).',
	failure: { cause: 'configuration-invalid' },
});

/** Whether a 404 or 405 is about the path, not about an ID in it. */
export function isNoRoute(info: RequestInfo, reply: { status: number; body: unknown }): boolean {
	const isAboutPath = reply.status === 404 || reply.status === 405;
	if (!isAboutPath || info.isLink || info.verb === 'downloaded') return false;
	const isFixed = FIXED.test(info.request);
	return isFixed || !isOwnEnvelope(reply.body) || isOfFramework(reply.body);
}

/** Requests without an ID in their path. */
const FIXED =
	/^\w+ \/(?:batch\/(?:jobs|jobs\/queue|registry\/pipelines)|files(?:\/(?:info|metadata))?)$/;

/** What web frameworks say about unknown paths and methods. */
const isOfFramework = (body: unknown): boolean =>
	isObject(body) && ['Not Found', 'Method Not Allowed'].includes(text(body.detail));
