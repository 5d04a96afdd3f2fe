import { isObject } from '../envelopes';
import { problemsOf } from './check';
import type { Problem } from './check';
import type { Schema } from './schema';
import type { Setting } from './settings';

/** The values of a form as the `config` that the service expects, and what is wrong with them. */
export interface Config {
	config: Schema;
	problems: Problem[];
}

/**
 * The config for the values of a form. Values may be text, as forms produce: `"32"` for a number, JSON or
 * comma-separated text for a list. Empty ones are left out, so that the service's default applies. What makes
 * no sense is left unchanged, for the check.
 */
export function configFrom(settings: Setting[], values: Schema): Config {
	const byId = new Map(settings.map((setting) => [setting.id, setting]));
	const config: Schema = {};
	const problems: Problem[] = [];
	for (const [id, value] of Object.entries(values)) {
		if (value === null || value === undefined || value === '') continue;
		const setting = byId.get(id);
		if (setting === undefined) {
			const problem = 'is not a setting of this pipeline. Load the form again and remove it';
			problems.push({ field: id, problem, kind: 'unknown' });
			continue;
		}
		putAt(config, setting.path, readAs(setting, value));
	}
	return { config, problems };
}

/**
 * What in a config does not match: the user schema, and for keys that it lacks, the full config schema. Only
 * the user schema says what is required.
 */
export function configProblems(
	config: Schema,
	userSchema: Schema | undefined,
	configSchema: Schema | undefined,
): Problem[] {
	if (userSchema === undefined && configSchema === undefined) return [];
	const ofUser = problemsOf(userSchema ?? {}, config);
	if (configSchema === undefined) return ofUser;
	const inFull = problemsOf(configSchema, config).filter(({ kind }) => kind !== 'missing');
	if (userSchema === undefined) return inFull;
	const unknown = ofUser.filter(({ kind }) => kind === 'unknown').map(({ field }) => field);
	const isBelow = (field: string) =>
		unknown.some((one) => field === one || field.startsWith(`${one}.`));
	return [
		...ofUser.filter(({ kind }) => kind !== 'unknown'),
		...inFull.filter(({ field }) => isBelow(field)),
	];
}

/** Two objects merged key by key; where both have a value, the second wins. */
export function merged(under: Schema, over: Schema): Schema {
	const result = { ...under };
	for (const [key, value] of Object.entries(over)) {
		const below = Object.hasOwn(result, key) ? result[key] : undefined;
		put(result, key, isObject(below) && isObject(value) ? merged(below, value) : value);
	}
	return result;
}

function readAs({ kind, choices }: Setting, value: unknown): unknown {
	if (kind === 'choice') return choices.find((each) => String(each) === String(value)) ?? value;
	if (kind === 'text') return typeof value === 'number' ? String(value) : value;
	if (typeof value !== 'string') return value;
	const text = value.trim();
	switch (kind) {
		case 'number':
		case 'integer':
			return text !== '' && Number.isFinite(Number(text)) ? Number(text) : value;
		case 'switch':
			return /^(true|false)$/i.test(text) ? text.toLowerCase() === 'true' : value;
		case 'list':
			return fromJson(text) ?? (/^[[{"]/.test(text) ? value : splitAtCommas(text));
		default:
			return fromJson(text) ?? value;
	}
}

const splitAtCommas = (text: string): string[] =>
	text
		.split(',')
		.map((entry) => entry.trim())
		.filter(Boolean);

function fromJson(text: string): unknown {
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return undefined;
	}
}

function putAt(target: Schema, path: string[], value: unknown): void {
	const [key, ...rest] = path as [string, ...string[]];
	if (rest.length === 0) return put(target, key, value);
	const below = Object.hasOwn(target, key) ? target[key] : undefined;
	const next = isObject(below) ? below : {};
	put(target, key, next);
	putAt(next, rest, value);
}

/** Sets a key, `__proto__` like any other. */
function put(target: Schema, key: string, value: unknown): void {
	Object.defineProperty(target, key, {
		...{ value, enumerable: true, configurable: true, writable: true },
	});
}
