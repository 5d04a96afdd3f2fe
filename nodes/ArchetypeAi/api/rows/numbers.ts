import { isExact } from './exactNumbers';

/** What stands in front of the digits behind the decimal point. */
export type DecimalSeparator = 'point' | 'comma';

const NUMBERS: Record<DecimalSeparator, RegExp> = {
	point: /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/,
	comma: /^-?(0|[1-9]\d*)(,\d+)?([eE][+-]?\d+)?$/,
};

/**
 * What is written as a number, as a number. `007`, and what a number cannot hold exactly, such as
 * `1e400`, long ids and decimals of many digits, stay text.
 */
export function asNumber(field: string, separator: DecimalSeparator): string | number {
	if (!NUMBERS[separator].test(field)) return field;
	const written = separator === 'comma' ? field.replace(',', '.') : field;
	const number = Number(written);
	const isLongId = /^-?\d+$/.test(written) && !Number.isSafeInteger(number);
	return isLongId || !isExact(written) ? field : number;
}
