import { isExact } from './exactNumbers';

/** What stands in front of the digits behind the decimal point. */
export type DecimalSeparator = 'point' | 'comma';

const NUMBERS: Record<DecimalSeparator, RegExp> = {
	point: /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/,
	comma: /^-?(0|[1-9]\d*)(,\d+)?([eE][+-]?\d+)?$/,
};

const OTHER = {
	point: 'numbers with a comma in them are given as text: see Decimal Separator',
	comma: 'numbers with a point in them are given as text: see Decimal Separator',
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

/**
 * {@link asNumber} for the fields of a file. `onText` is called with the reason where a reader may be
 * surprised that one stays text: `inexact`, or that the other separator is used.
 */
export function numberReader(
	separator: DecimalSeparator,
	onText: (reason: string) => void,
	inexact: string,
): (field: string) => string | number {
	const other = NUMBERS[separator === 'comma' ? 'point' : 'comma'];
	return (field) => {
		const value = asNumber(field, separator);
		if (typeof value === 'number') return value;
		if (NUMBERS[separator].test(field)) onText(inexact);
		else if (other.test(field)) onText(OTHER[separator]);
		return value;
	};
}
