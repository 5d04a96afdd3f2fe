import { text } from '../text';
import { lengthIn } from './extent';
import type { OpenFile } from './open';

/**
 * How to recognize an object stored with `Content-Encoding`. The host decodes it and removes the header,
 * while Content-Length still counts the stored bytes. Of a body that is not encoded, Node yields no more
 * bytes than that, and fails if it gets fewer.
 */

/** Header values that leave the bytes unchanged, including wrong ones found on stored objects. */
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

/** What is wrong with a body that the host left encoded: it removes the header when it decodes. */
export function problemOfEncoding({ headers }: OpenFile): string | undefined {
	const left = text(headers['content-encoding']).toLowerCase();
	return left.split(',').every((encoding) => PLAIN.has(encoding.trim()))
		? undefined
		: `the storage sends it encoded (${left.slice(0, 100)}), which n8n does not decode`;
}

/** Whether a byte count that differs from what was sent shows that the host decoded the body. */
export function isDecoded(file: OpenFile, received: number, hasEnded: boolean): boolean {
	const length = storedLength(file);
	if (length === undefined) return false;
	return received > length || (hasEnded && received !== length) || isStoredElsewhere(file);
}

/** Bytes of the object as stored. */
export function storedLength(file: OpenFile): number | undefined {
	if (file.statusCode !== 200 && file.statusCode !== 203) return undefined;
	const { 'x-goog-stored-content-length': stored } = file.headers;
	return isStoredElsewhere(file) ? Number(text(stored)) : lengthIn(file.headers);
}

/** Google's storage decompresses gzip objects by itself, and reports their stored length. */
function isStoredElsewhere({ headers }: OpenFile): boolean {
	const encoding = text(headers['x-goog-stored-content-encoding']);
	const length = text(headers['x-goog-stored-content-length']);
	return encoding !== '' && encoding !== 'identity' && /^\d+$/.test(length);
}

/** Decoded size limit: the ratio applies beyond this many bytes. */
const MOST_DECODED = { bytes: 256 * 1024 * 1024, ratio: 200 };

/** What is wrong with content that has grown to this many bytes while being decoded. */
export function problemOfGrowth(file: OpenFile, received: number): string | undefined {
	const most = Math.max(MOST_DECODED.bytes, (storedLength(file) ?? 0) * MOST_DECODED.ratio);
	if (received <= most) return undefined;
	return `it unpacks to more than ${MOST_DECODED.ratio} times its size, as no result does`;
}
