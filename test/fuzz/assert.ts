import { isDeepStrictEqual, inspect } from 'node:util';

/** Works the same inside and outside Jest. */
export function assertThat(holds: boolean, words: () => string): void {
	if (!holds) throw new Error(words());
}

export function assertEqual(actual: unknown, expected: unknown, what: string): void {
	assertThat(
		isDeepStrictEqual(actual, expected),
		() => `${what}: ${shown(actual)} instead of ${shown(expected)}`,
	);
}

const shown = (value: unknown): string =>
	inspect(value, { depth: 6, maxArrayLength: 30, maxStringLength: 600 });
