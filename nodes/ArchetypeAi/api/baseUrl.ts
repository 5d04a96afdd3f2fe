import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { text } from './text';

/** The production service; the version is part of the path. */
export const DEFAULT_BASE_URL = 'https://api.u1.archetypeai.app/v0.5';

const DEFAULT_VERSION_PATH = '/v0.5';
/** An endpoint below the Base URL that is sometimes copied along with it. */
const ENDPOINT =
	/\/(?:batch|batch\/(?:jobs|registry)(?:\/.*)?|files|files\/(?:info|metadata|download|delete|uploads)(?:\/.*)?)$/;
const LOOPBACK_HOSTS = new Set(['localhost', '127.0.0.1', '[::1]']);

/** An unusable base URL, with the reason for the person who typed it. */
export class BaseUrlError extends Error {
	override name = 'BaseUrlError';
}

/**
 * The root URL of the service, e.g. `https://api.u1.archetypeai.app/v0.5`: no trailing slash, version
 * added when only the host was given (public clients write it both ways).
 *
 * @throws BaseUrlError when the URL has no scheme, names a user, or would send the key unencrypted.
 */
export function readBaseUrl(credentials: ICredentialDataDecryptedObject): string {
	const typed = text(credentials.baseUrl) || DEFAULT_BASE_URL;
	const url = parseUrl(typed);

	if (url.username !== '' || url.password !== '') {
		throw new BaseUrlError(
			'The Base URL contains a user name or password. Remove the part before the @: the API Key field is all that is needed.',
		);
	}
	const mayBePlain = LOOPBACK_HOSTS.has(url.hostname) || credentials.allowInsecureHttp === true;
	if (url.protocol === 'http:' && !mayBePlain) {
		throw new BaseUrlError(
			`The Base URL ${url.origin} starts with http://, which would send the API key unencrypted. Use https://, or turn on "Allow Insecure HTTP" if you trust the network.`,
		);
	}

	const path = url.pathname.replace(/(?<!\/)\/+$/, '');
	if (path.includes('//')) {
		throw new BaseUrlError(
			`The Base URL ${url.origin}${path} has two slashes in a row in its path. Use ${url.origin}${path.replace(/\/+/g, '/')}.`,
		);
	}
	const [endpoint] = ENDPOINT.exec(path) ?? [];
	if (endpoint !== undefined) {
		throw new BaseUrlError(
			`The Base URL ends with ${endpoint}, which is added automatically. Use ${url.origin}${path.slice(0, -endpoint.length) || DEFAULT_VERSION_PATH}.`,
		);
	}
	return `${url.origin}${path === '' ? DEFAULT_VERSION_PATH : path}`;
}

/** Whether a URL belongs to the service: at its Base URL's origin, and below its path. */
export function isBelow(url: URL, baseUrl: string): boolean {
	const base = new URL(baseUrl);
	// Servers may decode escapes, and go up from there.
	const climbs = unescaped(url.pathname).split(/[\\/]/).includes('..');
	return url.origin === base.origin && url.pathname.startsWith(`${base.pathname}/`) && !climbs;
}

function unescaped(path: string): string {
	return path.replace(/%(2e|2f|5c)/gi, (_, code: string) =>
		String.fromCharCode(parseInt(code, 16)),
	);
}

function parseUrl(typed: string): URL {
	const url = URL.canParse(typed) ? new URL(typed) : undefined;
	if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
		throw new BaseUrlError(
			`The Base URL must be a full web address such as ${DEFAULT_BASE_URL}, starting with https://.`,
		);
	}
	return url;
}
