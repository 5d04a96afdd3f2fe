/** A value as text without white space around it; empty for everything that is not text or a number. */
export function text(value: unknown): string {
	return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
}

/** A value as JSON, to be shown; in words where it cannot be written. */
export function jsonOf(value: unknown): string {
	try {
		return JSON.stringify(value) ?? typeof value;
	} catch {
		return typeof value === 'bigint' ? String(value) : 'a value that cannot be written as JSON';
	}
}

/** Characters that a reader does not see, or that an editor takes for something else than text. */
const UNSEEN = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\u200b\ufeff]+/gu;

/** Words of whoever sent them as one line of at most `longest` characters, in which nothing is markup. */
export const inOneLine = (words: string, longest: number): string =>
	plain(words, longest).replace(UNSEEN, ' ').replace(/\s+/g, ' ');

/**
 * Words of whoever sent them, at most `longest` characters, in which nothing is markup: n8n's editor
 * shows the texts of errors as HTML.
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
