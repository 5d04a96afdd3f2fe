/** Whether two decimal numbers have the same value, using BigInts. */
export function sameValue(one: string, other: string): boolean {
	if (!isNumber(one) || !isNumber(other)) return false;
	const [[a, b], [c, d]] = [fractionOf(one), fractionOf(other)];
	return a * d === c * b;
}

const NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([-+]?\d+))?$/;

const isNumber = (written: string): boolean => NUMBER.test(written);

function fractionOf(written: string): [bigint, bigint] {
	const [, sign, whole = '', fraction = '', exponent = '0'] = NUMBER.exec(written)!;
	const shift = Number(exponent) - fraction.length;
	const value = BigInt(`${sign}${BigInt(whole + fraction)}`);
	return shift >= 0 ? [value * 10n ** BigInt(shift), 1n] : [value, 10n ** BigInt(-shift)];
}
