import { text } from '../text';
import { lengthIn } from './extent';
import type { OpenFile } from './open';

/**
 * What an object that was stored with `Content-Encoding` looks like. The host decodes it and takes the
 * header away, while Content-Length stays that of the bytes that are stored. Node gives no more bytes
 * than that of a body that is as it was sent, and does not end well before it has them all.
 */

/** Values of the header that change nothing about the bytes, the wrong ones that objects are stored with included. */
const PLAIN = new Set([
	'',
	'identity',
	'none',
	'utf-8',
	'utf8',
	'binary',
	'7bit',
	'8bit',
	'aws-chunked',
]);

/** What is wrong with a body that the host has left encoded: it takes the header away when it decodes. */
export function problemOfEncoding({ headers }: OpenFile): string | undefined {
	const left = text(headers['content-encoding']).toLowerCase();
	return left.split(',').every((encoding) => PLAIN.has(encoding.trim()))
		? undefined
		: `the storage sends it encoded (${left.slice(0, 100)}), which n8n does not decode`;
}

/** Whether more or fewer bytes than were sent show that the host has decoded them. */
export function isDecoded(file: OpenFile, received: number, hasEnded: boolean): boolean {
	const length = storedLength(file);
	if (length === undefined) return false;
	return received > length || (hasEnded && received !== length) || isStoredElsewhere(file);
}

/** Bytes of the object as it is stored. */
export function storedLength(file: OpenFile): number | undefined {
	if (file.statusCode !== 200 && file.statusCode !== 203) return undefined;
	const { 'x-goog-stored-content-length': stored } = file.headers;
	return isStoredElsewhere(file) ? Number(text(stored)) : lengthIn(file.headers);
}

/** Google's storage decodes by itself what it has under gzip, and says how much of it there is. */
function isStoredElsewhere({ headers }: OpenFile): boolean {
	const encoding = text(headers['x-goog-stored-content-encoding']);
	const length = text(headers['x-goog-stored-content-length']);
	return encoding !== '' && encoding !== 'identity' && /^\d+$/.test(length);
}

/** What an object that is decoded may grow to, once it is past the first bytes. */
const MOST_DECODED = { bytes: 256 * 1024 * 1024, ratio: 200 };

/** What is wrong with content that has grown to so many bytes while it was decoded. */
export function problemOfGrowth(file: OpenFile, received: number): string | undefined {
	const most = Math.max(MOST_DECODED.bytes, (storedLength(file) ?? 0) * MOST_DECODED.ratio);
	if (received <= most) return undefined;
	return `it unpacks to more than ${MOST_DECODED.ratio} times its size, as no result does`;
}
