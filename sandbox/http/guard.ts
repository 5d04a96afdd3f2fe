import { isIP, type Socket } from 'node:net';
import { hostname } from 'node:os';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ServiceError } from '../errors';

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/i;

/** Names that nobody can register: this machine's, and those containers use to reach it. */
const OWN_NAMES = ['localhost', 'host.docker.internal', 'host.containers.internal'];

/**
 * Rejects requests that other sites' web pages send through a browser on this machine: DNS
 * rebinding is caught by the `Host`, any other page by its `Origin`. Programs, which send no
 * `Origin`, are unaffected.
 */
export function guardFromWebPages(app: FastifyInstance, allowedHosts: string[]) {
	const names = new Set([...OWN_NAMES, hostname(), ...allowedHosts].map(lowerCase));

	app.addHook('onRequest', async (request, reply) => {
		reply.headers({
			'x-content-type-options': 'nosniff',
			'cross-origin-resource-policy': 'same-origin',
		});
		const { host, origin } = request.headers;
		if (!isKnownHost(host, names)) {
			throw new ServiceError(
				403,
				'host_not_allowed',
				`The sandbox does not answer for the host "${host ?? ''}"`,
				'Use an IP address or localhost, or start it with --allowed-host NAME',
			);
		}
		if (origin !== undefined && hostOf(origin) !== host?.toLowerCase()) {
			throw crossOrigin(`from ${origin}`);
		}
	});
}

/**
 * Restricts steering to this machine and those who know the key, and bars web pages altogether:
 * requests that change something must be JSON, which no page can send cross-origin without a
 * preflight.
 */
export function guardSteering(app: FastifyInstance, apiKey: () => string) {
	app.addHook('onRequest', async (request) => {
		const site = request.headers['sec-fetch-site'];
		if (site === 'cross-site' || site === 'same-site') throw crossOrigin('of another site');
		const { headers, method } = request;
		if (!isLoopback(request.raw.socket) && headers.authorization !== `Bearer ${apiKey()}`) {
			throw new ServiceError(
				401,
				'unauthorized',
				'From another machine the sandbox is steered with its API key only',
				'Send the header Authorization: Bearer <API key>',
			);
		}
		if (method === 'POST' && !isJson(request)) {
			const message = 'Steering takes JSON only, with Content-Type: application/json';
			throw new ServiceError(415, 'unsupported_media_type', message);
		}
	});
}

/** Whether a host listens on this machine only. */
export function isLocalHost(host: string): boolean {
	return host === 'localhost' || LOOPBACK.test(host);
}

function crossOrigin(which: string): ServiceError {
	const message = `The sandbox does not answer web pages ${which}`;
	return new ServiceError(403, 'origin_not_allowed', message);
}

/** Returns the host and port of an origin; a sandboxed page has none and sends `null`. */
function hostOf(origin: string): string | undefined {
	return /^https?:\/\/([^/]+)$/i.exec(origin)?.[1]?.toLowerCase();
}

/**
 * IP addresses are safe: only a name can be rebound by its owner. HTTP/1.0 has no `Host`, and no
 * browser speaks it.
 */
function isKnownHost(host: string | undefined, names: Set<string>): boolean {
	const name = /^(\[[^\]]*\]|[^:]*)(:\d+)?$/.exec(host ?? '')?.[1]?.toLowerCase();
	if (!name) return false;
	const address = name.replace(/^\[|\]$/g, '');
	return isIP(address) > 0 || names.has(name) || name.endsWith('.localhost');
}

const lowerCase = (text: string) => text.toLowerCase();

function isLoopback({ remoteAddress }: Socket): boolean {
	return LOOPBACK.test(remoteAddress ?? '');
}

function isJson({ headers }: FastifyRequest): boolean {
	return /^application\/json\s*(;|$)/i.test(headers['content-type'] ?? '');
}
