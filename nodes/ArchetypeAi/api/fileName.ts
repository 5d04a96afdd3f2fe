/** Longest file name most file systems take, in bytes. */
const MAX_BYTES = 255;
/** Control and formatting characters (they can hide what a name is), and what file systems refuse. */
const UNSAFE = /[\p{Cc}\p{Bidi_Control}<>:"|?*]/gu;

/** Dots and spaces at the end, which some file systems drop; the look-behind keeps it linear. */
const TRAILING = /(?<![.\s])[.\s]+$/;

/**
 * A server-supplied file name made safe to write: no folders, no control or bidirectional
 * characters, at most 255 bytes with its extension kept. When nothing is left of it, the same of
 * `fallback`, and `file` at last.
 */
export function safeFileName(name: string | null | undefined, fallback: string): string {
	return clean(name ?? '') || clean(fallback) || 'file';
}

function clean(name: string): string {
	const base = name.split(/[\\/]/).pop() ?? '';
	const safe = base.replace(UNSAFE, '').replace(TRAILING, '').trimStart();
	return shorten(safe).replace(TRAILING, '');
}

function shorten(name: string): string {
	if (Buffer.byteLength(name) <= MAX_BYTES) return name;
	const extension = /\.[^.]{1,16}$/.exec(name)?.[0] ?? '';
	const room = MAX_BYTES - Buffer.byteLength(extension);
	let stem = '';
	for (const character of name.slice(0, name.length - extension.length)) {
		if (Buffer.byteLength(stem + character) > room) break;
		stem += character;
	}
	return stem + extension;
}
