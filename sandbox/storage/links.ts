import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { isoMicros, MICROS_PER_MS, type Clock, type Micros } from '../clock';

const ALGORITHM = 'AWS4-HMAC-SHA256';
/** The signature comes last and covers everything before it. */
const SIGNATURE = '&X-Amz-Signature=';
const MICROS_PER_SECOND = 1_000_000;
const EXACT_BELOW_MS = 60_000;

/** A presigned link and when it expires. */
export interface Link {
	/** Path and query; the origin is prepended. */
	path: string;
	expiresAt: Micros;
}

/** Why a request to storage was refused, in S3's words. */
export interface Refusal {
	status: number;
	code: string;
	message: string;
}

/**
 * Makes and checks presigned links in S3's format: method, path, date and lifetime are signed. The
 * key is new on every run, so links from an earlier run are refused.
 */
export class Links {
	private readonly secret = randomBytes(32);

	constructor(private readonly clock: Clock) {}

	/** Returns a link to the object with this key for one HTTP method. */
	sign(method: 'GET' | 'PUT', key: string, ttlMs: number): Link {
		const now = this.clock.now();
		const signedAt = now - (now % MICROS_PER_SECOND);
		const expires = lifeInSeconds(ttlMs, now - signedAt);
		const path = `/${key.split('/').map(encodeURIComponent).join('/')}`;
		const date = amzDate(now);
		const query = [
			`X-Amz-Algorithm=${ALGORITHM}`,
			`X-Amz-Credential=SANDBOX%2F${date.slice(0, 8)}%2Fus-east-1%2Fs3%2Faws4_request`,
			`X-Amz-Date=${date}`,
			`X-Amz-Expires=${expires}`,
			'X-Amz-SignedHeaders=host',
		].join('&');
		const signed = `${path}?${query}`;
		const expiresAt = signedAt + Math.round(expires * MICROS_PER_SECOND);
		return { path: `${signed}${SIGNATURE}${this.signature(method, signed)}`, expiresAt };
	}

	/** Returns why this request is refused, or undefined if it is allowed. */
	check(method: string, pathAndQuery: string): Refusal | undefined {
		const [signed = '', given] = pathAndQuery.split(SIGNATURE);
		if (!given) return { status: 403, code: 'AccessDenied', message: 'Access Denied' };
		if (!sameText(given, this.signature(method, signed))) {
			return {
				status: 403,
				code: 'SignatureDoesNotMatch',
				message:
					'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
			};
		}
		const query = new URLSearchParams(signed.slice(signed.indexOf('?')));
		const signedAt = parseAmzDate(query.get('X-Amz-Date')!);
		const life = Number(query.get('X-Amz-Expires')) * MICROS_PER_SECOND;
		if (this.clock.now() >= signedAt + life) {
			return { status: 403, code: 'AccessDenied', message: 'Request has expired' };
		}
		return undefined;
	}

	private signature(method: string, signed: string): string {
		return createHmac('sha256', this.secret).update(`${method}\n${signed}`).digest('hex');
	}
}

/** `20260602T080001Z` */
function amzDate(time: Micros): string {
	return `${isoMicros(time).slice(0, 19).replace(/[-:]/g, '')}Z`;
}

function parseAmzDate(text: string): Micros {
	const [, year, month, day, hour, minute, second] =
		/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text) ?? [];
	const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}Z`;
	return Date.parse(iso) * MICROS_PER_MS;
}

/**
 * S3 counts lifetimes in whole seconds from the start of the second of signing. A lifetime of a few
 * seconds, as tests use, would lose up to one of them: those are exact instead.
 */
function lifeInSeconds(ttlMs: number, sinceSecond: Micros): number {
	if (ttlMs >= EXACT_BELOW_MS) return Math.round(ttlMs / 1000);
	return ttlMs / 1000 + sinceSecond / MICROS_PER_SECOND;
}

function sameText(a: string, b: string): boolean {
	return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
