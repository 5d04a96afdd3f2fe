import { isObject } from '../envelopes';
import { jsonOf } from '../text';
import { propertiesOf, requiredOf, resolve } from './schema';
import type { Schema } from './schema';

/** What is wrong with a value, and where. */
export interface Problem {
	/** The field as the form names it: `reader_config.window_size`, `Inputs, entry 2`. */
	field: string;
	/** The rest of a sentence that begins with the field: `must be a whole number, not "x"`. */
	problem: string;
	kind: 'type' | 'missing' | 'unknown' | 'range';
}

const SHOWN_LENGTH = 60;

/** A path of keys as one string: joined by dots, with dots in keys escaped. */
export const dotted = (path: readonly string[]): string =>
	path.map((key) => key.replaceAll('.', '\\.')).join('.');

/**
 * What in a value does not match a schema, each with its path. Formats and patterns are left to the service.
 */
export function problemsOf(
	root: Schema,
	value: unknown,
	given: unknown = root,
	path: readonly string[] = [],
): Problem[] {
	const { schema, isNullable } = resolve(root, given);
	if (value === null && isNullable) return [];
	const wrong = (problem: string, kind: Problem['kind']): Problem[] => [
		{ field: dotted(path), problem, kind },
	];

	if (Array.isArray(schema.enum)) {
		if (schema.enum.includes(value)) return [];
		return wrong(
			`must be one of ${schema.enum.map(shown).join(', ')}, not ${shown(value)}`,
			'type',
		);
	}
	if (Array.isArray(schema.anyOf)) {
		const fits = schema.anyOf.some((each) => problemsOf(root, value, each, path).length === 0);
		return fits ? [] : wrong(`matches none of the allowed forms: ${shown(value)}`, 'type');
	}
	const expected = EXPECTED.get(String(schema.type));
	if (expected !== undefined && !expected.is(value)) {
		return wrong(`must be ${expected.words}, not ${shown(value)}`, 'type');
	}
	const range = outOfRange(schema, value);
	if (range !== undefined) return wrong(range, 'range');
	if (Array.isArray(value)) {
		return value.flatMap((entry, index) =>
			schema.items === undefined
				? []
				: problemsOf(root, entry, schema.items, [...path, String(index + 1)]),
		);
	}
	return isObject(value) ? problemsOfObject(root, value, schema, path) : [];
}

function problemsOfObject(
	root: Schema,
	value: Record<string, unknown>,
	schema: Schema,
	path: readonly string[],
): Problem[] {
	const properties = new Map(propertiesOf(schema));
	const missing = requiredOf(schema)
		.filter((key) => !Object.hasOwn(value, key))
		.flatMap((key) => missingAt(root, properties.get(key), [...path, key]));
	const others = schema.additionalProperties;
	const isOpen = others === true || isObject(others) || properties.size === 0;
	const wrong = Object.entries(value).flatMap(([key, entry]): Problem[] => {
		const place = [...path, key];
		if (properties.has(key)) return problemsOf(root, entry, properties.get(key), place);
		if (isObject(others)) return problemsOf(root, entry, others, place);
		if (isOpen) return [];
		const known = [...properties.keys()].join(', ');
		const problem = `is not a setting of this pipeline, which has: ${known}`;
		return [{ field: dotted(place), problem, kind: 'unknown' }];
	});
	return [...missing, ...wrong];
}

/** A missing required value; for an object, what it must contain. */
function missingAt(root: Schema, given: unknown, path: string[]): Problem[] {
	const { schema } = resolve(root, given);
	const within = propertiesOf(schema).length > 0 ? problemsOfObject(root, {}, schema, path) : [];
	if (within.length > 0) return within;
	return [{ field: dotted(path), problem: 'is required', kind: 'missing' }];
}

const EXPECTED = new Map<string, { words: string; is: (value: unknown) => boolean }>([
	['string', { words: 'a text', is: (value) => typeof value === 'string' }],
	['integer', { words: 'a whole number', is: (value) => Number.isInteger(value) }],
	['number', { words: 'a number', is: (value) => Number.isFinite(value) }],
	['boolean', { words: 'true or false', is: (value) => typeof value === 'boolean' }],
	['array', { words: 'a list', is: (value) => Array.isArray(value) }],
	['object', { words: 'an object', is: isObject }],
	['null', { words: 'null', is: (value) => value === null }],
]);

/** How a number, or the length of a text or list, is out of bounds. */
function outOfRange(schema: Schema, value: unknown): string | undefined {
	const [size, low, high, unit = ''] = measured(schema, value);
	if (size === undefined) return undefined;
	if (typeof low === 'number' && size < low) return `must be ${unit}at least ${low}, not ${size}`;
	if (typeof high === 'number' && size > high) return `must be ${unit}at most ${high}, not ${size}`;
	const { exclusiveMinimum, exclusiveMaximum } = schema;
	if (typeof value !== 'number') return undefined;
	if (typeof exclusiveMinimum === 'number' && value <= exclusiveMinimum) {
		return `must be more than ${exclusiveMinimum}, not ${value}`;
	}
	if (typeof exclusiveMaximum === 'number' && value >= exclusiveMaximum) {
		return `must be less than ${exclusiveMaximum}, not ${value}`;
	}
	return undefined;
}

function measured(
	schema: Schema,
	value: unknown,
): [size: number | undefined, low?: unknown, high?: unknown, unit?: string] {
	if (typeof value === 'number') return [value, schema.minimum, schema.maximum, ''];
	if (typeof value === 'string') {
		return [value.length, schema.minLength, schema.maxLength, 'of a length of '];
	}
	if (Array.isArray(value))
		return [value.length, schema.minItems, schema.maxItems, 'a list with a number of entries of '];
	return [undefined];
}

/** A value as it may appear in a sentence. */
export function shown(value: unknown): string {
	const words = typeof value === 'string' ? `"${value}"` : jsonOf(value);
	return words.length > SHOWN_LENGTH ? `${words.slice(0, SHOWN_LENGTH)}…` : words;
}
