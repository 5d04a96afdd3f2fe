import { endOfText, withoutNaN } from '../json';

/**
 * Whether a number can hold the written value: `1.10` and `1e3` can, while long IDs, `1e400` and decimals
 * with many digits would change.
 */
export function isExact(written: string): boolean {
	const number = Number(written);
	if (String(number) === written) return true;
	return Number.isFinite(number) && decimalOf(written) === decimalOf(String(number));
}

/** Digits and exponent of a number, the same for each way to write it; without its sign. */
function decimalOf(written: string): string {
	const [mantissa = '', exponent = '0'] = written.replace(/^[-+]/, '').split(/e/i);
	const [whole = '', fraction = ''] = mantissa.split('.');
	const digits = whole + fraction;
	let start = 0;
	while (digits[start] === '0') start++;
	let end = digits.length;
	while (end > start && digits[end - 1] === '0') end--;
	if (start === end) return '0';
	return `${digits.slice(start, end)}e${Number(exponent) - fraction.length + digits.length - end}`;
}

/** Numbers that may change, wherever they appear: a double holds at least 15 digits. */
const MAY_BE_INEXACT = /(?<![\d.])\d(?:[\d.]{15,}(?:[eE][-+]?\d+)?|[\d.]{0,15}[eE][-+]?\d+)/g;

/** Whether a number would change, or a string contains something like it. */
const mayChange = (json: string): boolean =>
	json.match(MAY_BE_INEXACT)?.some((written) => !isExact(written)) === true;

/**
 * The value of JSON text as `JSON.parse` returns it, except that numbers that a double would change are kept
 * as text, as are `NaN` and `Infinity`. `onText` is called when there is one.
 *
 * @throws SyntaxError when it is not JSON.
 */
export function parseExactly(json: string, onText: () => void = () => {}): unknown {
	const text = /NaN|Infinity/.test(json) ? withoutNaN(json, (word) => `"${word}"`) : json;
	const value: unknown = JSON.parse(text);
	const exact = mayChange(text) ? inexactNumbersQuoted(text) : text;
	if (exact !== json) onText();
	return exact === text ? value : JSON.parse(exact);
}

/** Valid JSON with quotes around the numbers that a double would change. */
function inexactNumbersQuoted(json: string): string {
	const pieces: string[] = [];
	let from = 0;
	for (let at = 0; at < json.length;) {
		const character = json[at]!;
		if (character === '"') {
			at = endOfText(json, at);
		} else if (!IN_NUMBER.has(character) || character === 'e' || character === 'E') {
			at++;
		} else {
			const start = at;
			while (at < json.length && IN_NUMBER.has(json[at]!)) at++;
			const written = json.slice(start, at);
			if (isExact(written)) continue;
			pieces.push(json.slice(from, start), '"', written, '"');
			from = at;
		}
	}
	return pieces.length === 0 ? json : pieces.join('') + json.slice(from);
}

const IN_NUMBER = new Set('-+.eE0123456789');
