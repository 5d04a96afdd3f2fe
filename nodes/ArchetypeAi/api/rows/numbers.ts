import { isExact } from './exactNumbers';

/** The character that precedes the decimals. */
export type DecimalSeparator = 'point' | 'comma';

const NUMBERS: Record<DecimalSeparator, RegExp> = {
	point: /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/,
	comma: /^-?(0|[1-9]\d*)(,\d+)?([eE][+-]?\d+)?$/,
};

const OTHER = {
	point: 'numbers that contain a comma are kept as text: see Decimal Separator',
	comma: 'numbers that contain a point are kept as text: see Decimal Separator',
};

/**
 * A number if the field is written as one. `007`, and values that a number cannot hold exactly, such as
 * `1e400`, long IDs and decimals with many digits, stay text.
 */
export function asNumber(field: string, separator: DecimalSeparator): string | number {
	if (!NUMBERS[separator].test(field)) return field;
	const written = separator === 'comma' ? field.replace(',', '.') : field;
	const number = Number(written);
	const isLongId = /^-?\d+$/.test(written) && !Number.isSafeInteger(number);
	return isLongId || !isExact(written) ? field : number;
}

/**
 * {@link asNumber} for the fields of a file. `onText` is called with the reason when it may surprise a reader
 * that a value stays text: it would be inexact, or uses the other separator.
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
