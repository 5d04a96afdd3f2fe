import type { NodeApiError } from 'n8n-workflow';

import { isObject } from './envelopes';
import { requestError } from './errors';
import type { RequestInfo } from './errors';

interface Reason {
	message: string;
	advice: string;
	/** Another try cannot help: somebody has to change something. */
	isLasting?: boolean;
}

/** What is known about a request that got no reply. */
interface Failure {
	code?: string;
	said: string;
	host: string;
	/** The address of the connection when it is not that of the request: a proxy. */
	proxy?: string;
}

const NETWORK =
	'Check the Base URL of the credential and the network of the n8n server, with the proxy that it sends its requests through if there is one (HTTPS_PROXY, HTTP_PROXY).';
const PROXY =
	'n8n sends its requests through this proxy, which is set in its environment (HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY). Ask whoever runs the n8n server.';
const CERTIFICATE =
	'Something in between, such as a company proxy, may decrypt the connection; the n8n server then has to trust its certificate (NODE_EXTRA_CA_CERTS). Never turn the check off: the API key would be sent to whoever answers.';

const CERTIFICATES = new Map([
	['CERT_HAS_EXPIRED', 'has expired'],
	['CERT_NOT_YET_VALID', 'is not valid yet'],
	['CERT_REVOKED', 'was revoked'],
	['DEPTH_ZERO_SELF_SIGNED_CERT', 'is self-signed'],
	['SELF_SIGNED_CERT_IN_CHAIN', 'is signed by an authority that the n8n server does not know'],
	['UNABLE_TO_GET_ISSUER_CERT', 'is signed by an authority that the n8n server does not know'],
	[
		'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
		'is signed by an authority that the n8n server does not know',
	],
	[
		'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
		'is signed by an authority that the n8n server does not know',
	],
	['CERT_UNTRUSTED', 'is not trusted'],
	['CERT_REJECTED', 'was rejected'],
	['CERT_SIGNATURE_FAILURE', 'has a wrong signature'],
	['INVALID_CA', 'is signed by an invalid authority'],
	['HOSTNAME_MISMATCH', 'belongs to another host'],
	['ERR_TLS_CERT_ALTNAME_INVALID', 'belongs to another host'],
]);

function reasonOf({ code = '', said, host, proxy }: Failure): Reason | undefined {
	const certificate = CERTIFICATES.get(code);
	if (certificate !== undefined) {
		const message = `The certificate of ${host} ${certificate} (${code})`;
		return { message, advice: CERTIFICATE, isLasting: true };
	}
	if (/wrong.version.number|packet.length.too.long|unknown.protocol/i.test(`${code} ${said}`)) {
		const message = `${host} does not speak https at this port`;
		const advice = 'Check the Base URL of the credential: its port, and whether it is http.';
		return { message, advice, isLasting: true };
	}
	if (code === 'EPROTO' || code.startsWith('ERR_SSL')) {
		const message = `No encrypted connection to ${host} could be made (${code})`;
		return { message, advice: CERTIFICATE, isLasting: true };
	}
	if (proxy !== undefined) {
		return {
			message: `The proxy ${proxy} on the way to ${host} does not answer (${code})`,
			advice: PROXY,
		};
	}
	if (/proxy|CONNECT response|tunnel/i.test(said)) {
		return {
			message: `The proxy on the way to ${host} did not let the request pass`,
			advice: PROXY,
		};
	}
	const words = new Map([
		['ENOTFOUND', `The host ${host} is not known`],
		['EAI_AGAIN', `The host ${host} could not be looked up`],
		['ECONNREFUSED', `Nothing answers at ${host}`],
		['EHOSTUNREACH', `The host ${host} cannot be reached`],
		['ENETUNREACH', `The network of ${host} cannot be reached`],
		['ECONNRESET', `The connection to ${host} was cut off`],
		['ECONNABORTED', `${host} did not answer in time`],
		['ETIMEDOUT', `${host} did not answer in time`],
	]);
	const message = words.get(code);
	return message === undefined ? undefined : { message, advice: NETWORK };
}

/**
 * The error for a request that got no reply: no network, unknown host, a proxy, a certificate, or a
 * connection that was cut off or aborted. `isCancelled`: nothing failed, the execution was stopped.
 */
export function networkError(
	info: RequestInfo,
	cause: unknown,
	url: string,
	isCancelled = false,
): NodeApiError {
	if (isCancelled) {
		return requestError(info, {
			isClear: false,
			message: 'The request was aborted because the execution was stopped',
			lines: ['It was cancelled, or ran longer than n8n allows (EXECUTIONS_TIMEOUT).'],
		});
	}
	const failure = failureOf(cause, url);
	const { code, said, host } = failure;
	const reason = reasonOf(failure);
	const advice =
		info.isLink && reason?.advice === NETWORK
			? `${info.subject} is stored there. Check that the n8n server can reach it.`
			: (reason?.advice ?? NETWORK);
	const isPassing = code !== undefined && reason?.isLasting !== true;
	return requestError(info, {
		isClear: code !== undefined && NEVER_SENT.has(code),
		message: reason?.message ?? `The request to ${host} failed: ${said}`,
		lines: [advice],
		failure: isPassing ? { cause: 'temporarily-unavailable' } : undefined,
	});
}

/** The connection was never made, so the request cannot have had an effect. */
export const NEVER_SENT: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN']);

/** Whether another try can help after a request that got no reply. */
export function isPassing(cause: unknown, url: string): boolean {
	const failure = failureOf(cause, url);
	return failure.code !== undefined && reasonOf(failure)?.isLasting !== true;
}

function failureOf(cause: unknown, url: string): Failure {
	const target = URL.canParse(url) ? new URL(url) : undefined;
	const said = cause instanceof Error ? cause.message : String(cause);
	const host = target?.host ?? 'the given address';
	return { code: networkCode(cause), said, host, proxy: proxyIn(cause, target) };
}

/** The address of the failed connection, when it is not the target's. */
function proxyIn(cause: unknown, target: URL | undefined): string | undefined {
	for (const { address, port } of chainOf(cause)) {
		if (typeof port !== 'number' || target === undefined) continue;
		const own = Number(target.port) || (target.protocol === 'https:' ? 443 : 80);
		if (port !== own) return `${typeof address === 'string' ? address : 'at port'}:${port}`;
	}
	return undefined;
}

/** The system code of a failed connection (`ECONNREFUSED`, …), wherever the host's helper put it. */
export function networkCode(error: unknown): string | undefined {
	for (const { code } of chainOf(error)) {
		const isCode =
			typeof code === 'string' && (/^(E[A-Z_]+|ERR_[A-Z_]+)$/.test(code) || CERTIFICATES.has(code));
		if (isCode) return code;
	}
	return undefined;
}

function* chainOf(error: unknown): Generator<Record<string, unknown>> {
	for (let current = error, depth = 0; isObject(current) && depth < 5; depth++) {
		yield current;
		current = current.cause;
	}
}
