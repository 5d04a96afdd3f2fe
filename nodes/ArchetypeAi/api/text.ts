/** A value as trimmed text; empty for anything that is not text or a number. */
export function text(value: unknown): string {
	return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
}

/** A value as JSON for display; in words if it cannot be serialized. */
export function jsonOf(value: unknown): string {
	try {
		return JSON.stringify(value) ?? typeof value;
	} catch {
		return typeof value === 'bigint' ? String(value) : 'a value that cannot be written as JSON';
	}
}

/** Characters that are invisible, or that an editor treats as something other than text. */
const UNSEEN = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\u200b\ufeff]+/gu;

/** Untrusted text on one line of at most `longest` characters, with no markup. */
export const inOneLine = (words: string, longest: number): string =>
	plain(words, longest).replace(UNSEEN, ' ').replace(/\s+/g, ' ');

/**
 * Untrusted text of at most `longest` characters, with no markup: n8n's editor shows error texts as HTML.
 */
export function plain(words: string, longest: number): string {
	const isLong = words.length > longest;
	const start = isLong ? words.slice(0, longest).replace(/[\ud800-\udbff]$/, '') : words;
	const shown = start.replace(MARKUP, (sign) => PLAIN.get(sign) ?? sign);
	return isLong ? `${shown}…` : shown;
}

const MARKUP = /[<>]|&(?=#?\w+;)/g;
const PLAIN = new Map([
	['<', '‹'],
	['>', '›'],
	['&', '＆'],
]);
