import { isObject } from '../envelopes';

/** A JSON Schema, as the registry sends it. */
export type Schema = Record<string, unknown>;

/** A schema with its references, unions with null and merged parts resolved. */
export interface Resolved {
	schema: Schema;
	/** Whether null is allowed besides what the schema describes. */
	isNullable: boolean;
	/** References followed so far, to detect cycles. */
	refs: ReadonlySet<string>;
}

const NUMBERS = new Set(['number', 'integer']);
const NO_REFS: ReadonlySet<string> = new Set();

/**
 * A schema as pydantic writes it (`$ref` with sibling keys, `allOf` around one reference, `anyOf` with null,
 * `const`, lists of types), reduced to `type`, `enum`, `properties` and `items`. A reference that leads back
 * to itself, or nowhere, allows anything. `followed`: the references that led here.
 */
export function resolve(root: Schema, given: unknown, followed = NO_REFS): Resolved {
	if (!isObject(given)) return { schema: {}, isNullable: true, refs: followed };
	const { $ref, allOf, anyOf, oneOf, ...own } = given as Schema;
	if (typeof $ref === 'string') {
		if (followed.has($ref)) return { schema: own, isNullable: true, refs: followed };
		const target = resolve(root, atPointer(root, $ref), new Set([...followed, $ref]));
		return withOwn(target, own);
	}
	if (Array.isArray(allOf)) {
		const parts = allOf.map((part) => resolve(root, part, followed));
		return withOwn(merged(parts), own);
	}
	const branches = [anyOf, oneOf].find(Array.isArray);
	if (branches !== undefined) {
		return withOwn(united(branches.map((branch) => resolve(root, branch, followed))), own);
	}
	return plain(own, followed);
}

/** Only null is allowed. */
const isNull = ({ schema }: Resolved): boolean => schema.type === 'null';

/** Keys beside a reference or a union override those of its target. */
function withOwn({ schema, isNullable, refs }: Resolved, own: Schema): Resolved {
	const both = plain({ ...schema, ...own }, refs);
	return { ...both, isNullable: isNullable || both.isNullable };
}

function merged(parts: Resolved[]): Resolved {
	const schemas = parts.map(({ schema }) => schema);
	const properties = Object.assign({}, ...schemas.map((schema) => schema.properties)) as Schema;
	const required = schemas.flatMap((schema) => (schema.required as string[] | undefined) ?? []);
	return {
		schema: {
			...(Object.assign({}, ...schemas) as Schema),
			...(Object.keys(properties).length > 0 && { properties, required }),
		},
		isNullable: parts.every(({ isNullable }) => isNullable),
		refs: new Set(parts.flatMap(({ refs }) => [...refs])),
	};
}

function united(branches: Resolved[]): Resolved {
	const open = branches.filter((branch) => !isNull(branch));
	const isNullable = open.length < branches.length || branches.some((each) => each.isNullable);
	const refs = new Set(branches.flatMap((branch) => [...branch.refs]));
	const schemas = open.map(({ schema }) => schema);
	const [first = {}, ...others] = schemas;
	if (others.length === 0) return { schema: first, isNullable, refs };
	if (schemas.every((schema) => Array.isArray(schema.enum))) {
		return {
			schema: { enum: schemas.flatMap((each) => each.enum as unknown[]) },
			isNullable,
			refs,
		};
	}
	if (schemas.every(({ type }) => NUMBERS.has(String(type)))) {
		return { schema: { type: 'number' }, isNullable, refs };
	}
	return { schema: { anyOf: schemas }, isNullable, refs };
}

function plain(own: Schema, refs: ReadonlySet<string>): Resolved {
	const schema = { ...own };
	let isNullable = false;
	if ('const' in schema) {
		schema.enum = [schema.const];
		delete schema.const;
	}
	if (Array.isArray(schema.enum) && schema.enum.includes(null)) {
		isNullable = true;
		schema.enum = schema.enum.filter((value) => value !== null);
	}
	if (Array.isArray(schema.type)) {
		const types = (schema.type as unknown[]).filter((type) => type !== 'null');
		isNullable ||= types.length < schema.type.length;
		if (types.length === 1) schema.type = types[0];
		else {
			delete schema.type;
			schema.anyOf = types.map((type) => ({ type }));
		}
	}
	return { schema, isNullable, refs };
}

/** The target of a reference within the document; undefined for one that leads elsewhere. */
function atPointer(root: Schema, ref: string): unknown {
	if (!ref.startsWith('#')) return undefined;
	const keys = ref
		.slice(1)
		.split('/')
		.slice(1)
		.map((key) => decoded(key).replaceAll('~1', '/').replaceAll('~0', '~'));
	let found: unknown = root;
	for (const key of keys) {
		if (!isObject(found) || !Object.hasOwn(found, key)) return undefined;
		found = found[key];
	}
	return found;
}

function decoded(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}

/** The properties of an object's schema; none for others. */
export const propertiesOf = ({ properties }: Schema): Array<[key: string, schema: unknown]> =>
	isObject(properties) ? Object.entries(properties) : [];

/** The keys that an object must have. */
export const requiredOf = ({ required }: Schema): string[] =>
	Array.isArray(required) ? required.filter((key) => typeof key === 'string') : [];
