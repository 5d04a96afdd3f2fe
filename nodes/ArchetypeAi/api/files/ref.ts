import { isBelow } from '../baseUrl';
import { isPrivateHost } from '../hosts';

/** Where the `ref` of a file leads: to storage, to an API path, or to a place that is refused. */
export type Ref =
	| { kind: 'link'; url: string }
	| { kind: 'path'; /** Below the Base URL, with its query. */ path: string }
	| { kind: 'refused'; problem: string };

/**
 * What a `ref` means. Absolute ones are presigned links; relative ones are API paths, below the Base URL
 * or, if they begin with its path, below its host. The service may put file names into paths unescaped, so
 * what a URL cannot hold is escaped, including `#` and a `?` in a name.
 */
export function readRef(ref: string, filename: string | null | undefined, baseUrl: string): Ref {
	if (/^https?:/i.test(ref)) {
		if (!URL.canParse(ref)) return { kind: 'refused', problem: 'its link is not a web address' };
		const problem = problemOfLink(new URL(ref), baseUrl);
		return problem === undefined ? { kind: 'link', url: ref } : { kind: 'refused', problem };
	}
	const [scheme] = /^[a-z][a-z\d+.-]*:/i.exec(ref) ?? [];
	if (scheme !== undefined) {
		return { kind: 'refused', problem: `its link begins with ${scheme}, and is not a web address` };
	}

	const base = new URL(baseUrl);
	const queryAt = startOfQuery(ref, filename);
	const path = `/${escaped(ref.slice(0, queryAt)).replace(/^\/+/, '')}`;
	const whole = path.startsWith(`${base.pathname}/`) ? path : `${base.pathname}${path}`;
	const url = new URL(`${base.origin}${whole}${ref.slice(queryAt)}`);
	if (!isBelow(url, baseUrl)) {
		return { kind: 'refused', problem: 'its link leads out of the Base URL of the credential' };
	}
	return { kind: 'path', path: `${url.pathname.slice(base.pathname.length)}${url.search}` };
}

/** Why a link, or the target of a redirect, must not be followed; undefined when it may. */
export function problemOfLink({ hostname }: URL, baseUrl: string): string | undefined {
	if (!isPrivateHost(hostname) || isPrivateHost(new URL(baseUrl).hostname)) return undefined;
	return `its link leads to ${hostname}, an address in a private network, although the service is public`;
}

/** Where the query begins: `?name=value` at the end, unless it is part of the file's name. */
function startOfQuery(ref: string, filename: string | null | undefined): number {
	if (filename && filename.includes('?') && ref.endsWith(filename)) return ref.length;
	return /\?[\w.~%-]+=[^\s#?]*$/.exec(ref)?.index ?? ref.length;
}

const escaped = (path: string): string =>
	path
		.replace(/%(?![\da-f]{2})/gi, '%25')
		.replace(/\p{Cs}/gu, '\ufffd')
		.replace(/[^\w\-.~!$&'()*+,;=:@%/]/gu, encodeURIComponent);
