import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { isoMicros, MICROS_PER_MS, type Clock, type Micros } from '../clock';

const ALGORITHM = 'AWS4-HMAC-SHA256';
const MICROS_PER_SECOND = 1_000_000;
const EXACT_BELOW_MS = 60_000;

/** A presigned link and when it stops working. */
export interface Link {
	/** Path and query; the origin goes in front. */
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
 * Makes and checks presigned links in the form of S3's: method, path, date and life are signed.
 * The key is new in every run, so links of an earlier run are refused.
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
		const query = new URLSearchParams({
			'X-Amz-Algorithm': ALGORITHM,
			'X-Amz-Credential': `SANDBOX/${amzDate(now).slice(0, 8)}/us-east-1/s3/aws4_request`,
			'X-Amz-Date': amzDate(now),
			'X-Amz-Expires': String(expires),
			'X-Amz-SignedHeaders': 'host',
		});
		query.set('X-Amz-Signature', this.signature(method, path, query));
		const expiresAt = signedAt + Math.round(expires * MICROS_PER_SECOND);
		return { path: `${path}?${query.toString()}`, expiresAt };
	}

	/** Returns why this request may not pass, or undefined when it may. */
	check(method: string, pathAndQuery: string): Refusal | undefined {
		const at = pathAndQuery.indexOf('?');
		const path = at < 0 ? pathAndQuery : pathAndQuery.slice(0, at);
		const query = new URLSearchParams(at < 0 ? '' : pathAndQuery.slice(at));
		const given = query.get('X-Amz-Signature');
		if (!given) return { status: 403, code: 'AccessDenied', message: 'Access Denied' };
		query.delete('X-Amz-Signature');
		const expected = this.signature(method, path, query);
		if (!sameText(given, expected)) {
			return {
				status: 403,
				code: 'SignatureDoesNotMatch',
				message:
					'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
			};
		}
		const signedAt = parseAmzDate(query.get('X-Amz-Date')!);
		const life = Number(query.get('X-Amz-Expires')) * MICROS_PER_SECOND;
		if (this.clock.now() >= signedAt + life) {
			return { status: 403, code: 'AccessDenied', message: 'Request has expired' };
		}
		return undefined;
	}

	private signature(method: string, path: string, query: URLSearchParams): string {
		const text = [method, path, query.toString()].join('\n');
		return createHmac('sha256', this.secret).update(text).digest('hex');
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
 * S3 counts lives in whole seconds from the start of the second of signing. That would cost a
 * life of a few seconds, as tests ask for, up to one of them: those are exact instead.
 */
function lifeInSeconds(ttlMs: number, sinceSecond: Micros): number {
	if (ttlMs >= EXACT_BELOW_MS) return Math.round(ttlMs / 1000);
	return ttlMs / 1000 + sinceSecond / MICROS_PER_SECOND;
}

function sameText(a: string, b: string): boolean {
	return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
