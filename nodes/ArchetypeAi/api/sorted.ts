/** Whether numbers rise (`sign` 1) or fall (-1), equal ones allowed; false with NaN among several. */
export const isSorted = (numbers: readonly number[], sign: 1 | -1): boolean =>
	numbers.every((number, index) => index === 0 || sign * (number - numbers[index - 1]!) >= 0);
