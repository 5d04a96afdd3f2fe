import { isObject } from '../envelopes';
import { dotted } from './check';
import { propertiesOf, requiredOf, resolve } from './schema';
import type { Resolved, Schema } from './schema';

/** A value that can be set on a pipeline: a leaf of its schema. */
export interface Setting {
	/** The path with dots: the name of the setting in the form. */
	id: string;
	path: string[];
	title: string;
	description: string;
	kind: 'text' | 'number' | 'integer' | 'switch' | 'choice' | 'list' | 'object' | 'any';
	choices: unknown[];
	/** The service's default; undefined when it does not say. */
	default: unknown;
	/** Whether it must be given: it and all its parents are required. */
	isRequired: boolean;
}

/** Objects deeper than this are entered as JSON. */
const DEEPEST = 6;
/** A form with more settings than this is useless, and n8n saves them all with the workflow. */
const MOST_SETTINGS = 200;

/**
 * The settings that a schema describes, in order. Nested objects are flattened; an object that has no
 * properties, is too deep or contains itself is a single setting. Throws nothing: what cannot be understood
 * is a setting of any value.
 */
export function settingsOf(root: Schema): Setting[] {
	const settings: Setting[] = [];

	function add(path: string[], own: Resolved, isRequired: boolean, inherited: unknown): void {
		const { schema, refs } = own;
		const fallback = inherited ?? schema.default;
		const properties = propertiesOf(schema);
		const isOpen = path.length < DEEPEST && settings.length < MOST_SETTINGS;
		if (properties.length > 0 && (path.length === 0 || isOpen)) {
			const required = requiredOf(schema);
			const defaults = isObject(fallback) ? fallback : {};
			for (const [key, each] of properties) {
				const isNeeded = isRequired && required.includes(key);
				add([...path, key], resolve(root, each, refs), isNeeded, defaults[key]);
			}
			return;
		}
		if (path.length === 0) return;
		settings.push({
			id: dotted(path),
			path,
			title: typeof schema.title === 'string' ? schema.title : path.at(-1)!,
			description: typeof schema.description === 'string' ? schema.description : '',
			kind: kindOf(schema),
			choices: Array.isArray(schema.enum) ? schema.enum : [],
			default: fallback ?? undefined,
			isRequired: isRequired && fallback === undefined,
		});
	}

	add([], resolve(root, root), true, undefined);
	return settings;
}

const KINDS = new Map<unknown, Setting['kind']>([
	['string', 'text'],
	['number', 'number'],
	['integer', 'integer'],
	['boolean', 'switch'],
	['array', 'list'],
	['object', 'object'],
]);

const kindOf = ({ enum: choices, type }: Schema): Setting['kind'] =>
	Array.isArray(choices) ? 'choice' : (KINDS.get(type) ?? 'any');
