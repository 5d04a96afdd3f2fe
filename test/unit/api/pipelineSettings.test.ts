import {
	configFrom,
	configProblems,
	merged,
} from '../../../nodes/ArchetypeAi/api/pipelines/config';
import { settingsOf } from '../../../nodes/ArchetypeAi/api/pipelines/settings';
import { formFields } from '../../../nodes/ArchetypeAi/methods/settingsForm';

/** What pydantic generates for a model with every kind of field. */
const schema = {
	title: 'Config',
	type: 'object',
	required: ['reader', 'mode'],
	$defs: {
		Reader: {
			...{ title: 'Reader', type: 'object', required: ['columns', 'size'] },
			properties: {
				columns: { title: 'Columns', type: 'array', items: { type: 'string' }, minItems: 1 },
				size: { title: 'Rows per Window', type: 'integer', minimum: 2 },
				step: { title: 'Step', type: 'integer', default: 16 },
			},
		},
		Metric: { title: 'Metric', type: 'string', enum: ['euclidean', 'cosine'] },
		Level: { enum: [1, 2, 3], type: 'integer' },
		Tree: {
			...{ title: 'Tree', type: 'object' },
			properties: { name: { type: 'string' }, child: { $ref: '#/$defs/Tree' } },
		},
		Sampling: {
			...{ title: 'Sampling', type: 'object', required: ['top_k'] },
			properties: { top_k: { type: 'integer' }, top_p: { type: 'number', maximum: 1 } },
		},
	},
	properties: {
		reader: { $ref: '#/$defs/Reader' },
		mode: { const: 'fast', type: 'string' },
		metric: { allOf: [{ $ref: '#/$defs/Metric' }], default: 'cosine' },
		level: { $ref: '#/$defs/Level', default: 2 },
		every: { anyOf: [{ type: 'integer', minimum: 1 }, { type: 'null' }], default: null },
		ratio: { anyOf: [{ type: 'integer' }, { type: 'number' }] },
		sampling: { anyOf: [{ $ref: '#/$defs/Sampling' }, { type: 'null' }], default: null },
		flag: { type: 'boolean', default: false },
		label: { type: ['string', 'null'] },
		extra: { type: 'object', additionalProperties: { type: 'number' } },
		either: { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] },
		tree: { $ref: '#/$defs/Tree' },
		'a.b': { type: 'string' },
		nowhere: { $ref: '#/$defs/Missing' },
	},
};

const settings = settingsOf(schema);
const byId = new Map(settings.map((setting) => [setting.id, setting]));

describe('a schema of pydantic as settings', () => {
	test('references, nested objects, unions with null, const and enum are worked in, each leaf a setting', () => {
		const kinds = settings.map(({ id, kind }) => [id, kind]);
		expect(kinds).toEqual([
			['reader.columns', 'list'],
			['reader.size', 'integer'],
			['reader.step', 'integer'],
			['mode', 'choice'],
			['metric', 'choice'],
			['level', 'choice'],
			['every', 'integer'],
			['ratio', 'number'],
			['sampling.top_k', 'integer'],
			['sampling.top_p', 'number'],
			['flag', 'switch'],
			['label', 'text'],
			['extra', 'object'],
			['either', 'any'],
			['tree.name', 'text'],
			['tree.child', 'any'],
			['a\\.b', 'text'],
			['nowhere', 'any'],
		]);
	});

	test('required is what everything around it requires; a default makes it optional', () => {
		const required = settings.filter(({ isRequired }) => isRequired).map(({ id }) => id);
		expect(required).toEqual(['reader.columns', 'reader.size', 'mode']);
		expect(byId.get('metric')).toMatchObject({
			default: 'cosine',
			choices: ['euclidean', 'cosine'],
		});
		expect(byId.get('every')!.default).toBeUndefined();
	});

	test('a default of an object is that of its settings', () => {
		const properties = {
			...schema.properties,
			reader: { ...schema.properties.reader, default: { size: 8 } },
		};
		const [, size] = settingsOf({ ...schema, properties });
		expect(size).toMatchObject({ id: 'reader.size', default: 8, isRequired: false });
	});

	test.each([
		[{}],
		[{ type: 'object' }],
		[{ properties: 'x' }],
		[{ $ref: '#' }],
		[{ properties: { a: null } }],
	])('no schema, or none that can be understood, throws nothing: %j', (given) =>
		expect(Array.isArray(settingsOf(given))).toBe(true),
	);

	test('a schema of thousands of settings makes a form that can be shown', () => {
		const many = Array.from({ length: 5_000 }, (_, i) => [`s${i}`, { $ref: '#/$defs/Reader' }]);
		expect(settingsOf({ ...schema, properties: Object.fromEntries(many) }).length).toBeLessThan(
			5_500,
		);
	});

	test('as fields of a form: types, choices, defaults, required', () => {
		const fields = new Map(formFields(settings).map((field) => [field.id, field]));
		expect(fields.get('reader.size')).toMatchObject({
			...{ displayName: 'reader.size (Rows per Window)', type: 'number', required: true },
			display: true,
		});
		expect(fields.get('reader.columns')).toMatchObject({ type: 'array', required: true });
		expect(fields.get('level')).toMatchObject({
			...{ type: 'options', defaultValue: 2 },
			options: [1, 2, 3].map((value) => ({ name: String(value), value })),
		});
		expect(fields.get('flag')).toMatchObject({ type: 'boolean', defaultValue: false });
		expect(fields.get('every')).not.toHaveProperty('defaultValue');
	});
});

describe('the values of a form as a config', () => {
	const good = { 'reader.columns': '["a"]', 'reader.size': '32', mode: 'fast' };

	test('texts become what the schema says, empty ones are left out', () => {
		const { config, problems } = configFrom(settings, {
			...good,
			...{ level: '3', flag: 'True', ratio: '0.5', 'sampling.top_k': '', every: null },
			...{ extra: '{"x": 1}', either: 'plain', 'a\\.b': 'dotted', label: 7 },
		});
		expect(problems).toEqual([]);
		expect(config).toEqual({
			reader: { columns: ['a'], size: 32 },
			...{ mode: 'fast', level: 3, flag: true, ratio: 0.5 },
			...{ extra: { x: 1 }, either: 'plain', 'a.b': 'dotted', label: '7' },
		});
		expect(configProblems(config, schema, undefined)).toEqual([]);
	});

	test('a list may be a text with commas', () => {
		const { config } = configFrom(settings, { ...good, 'reader.columns': 'a1, a2' });
		expect(config).toMatchObject({ reader: { columns: ['a1', 'a2'] } });
	});

	test.each<[string, unknown, string, string]>([
		['reader.size', 'wide', 'reader.size', 'must be a whole number, not "wide"'],
		['reader.size', 2.5, 'reader.size', 'must be a whole number, not 2.5'],
		['reader.size', 1, 'reader.size', 'must be at least 2, not 1'],
		['reader.columns', '[', 'reader.columns', 'must be a list, not "["'],
		['reader.columns', '[1]', 'reader.columns.1', 'must be a text, not 1'],
		[
			'reader.columns',
			'[]',
			'reader.columns',
			'must be a list with a number of entries of at least 1, not 0',
		],
		['reader.columns', '', 'reader.columns', 'is required'],
		['metric', 'manhattan', 'metric', 'must be one of "euclidean", "cosine", not "manhattan"'],
		['mode', 'slow', 'mode', 'must be one of "fast", not "slow"'],
		['flag', 'maybe', 'flag', 'must be true or false, not "maybe"'],
		['extra', '{"x": "y"}', 'extra.x', 'must be a number, not "y"'],
		['extra', 'x', 'extra', 'must be an object, not "x"'],
		['either', 5, 'either', 'matches none of the allowed forms: 5'],
		['sampling.top_p', '0.5', 'sampling.top_k', 'is required'],
		['sampling.top_p', '2', 'sampling.top_p', 'must be at most 1, not 2'],
	])('wrong: %s = %j is said of %s', (id, value, field, problem) => {
		const { config } = configFrom(settings, { ...good, [id]: value });
		expect(configProblems(config, schema, undefined)).toContainEqual(
			expect.objectContaining({ field, problem }),
		);
	});

	test('what must be given is named to its last key, also where nothing around it is there', () => {
		const fields = configProblems({}, schema, undefined).map(({ field }) => field);
		expect(fields).toEqual(['reader.columns', 'reader.size', 'mode']);
	});

	test('a setting of another pipeline is named', () => {
		const { problems } = configFrom(settings, { ...good, window: 3 });
		expect(problems).toMatchObject([{ field: 'window', kind: 'unknown' }]);
	});

	test('a key in neither schema is named, one that only the full schema has is taken and checked', () => {
		const user = { type: 'object', properties: { size: { type: 'integer' } } };
		const full = {
			...{ type: 'object', required: ['secret'] },
			properties: { ...user.properties, reader: schema.$defs.Reader, secret: {} },
		};
		expect(configProblems({ size: 1, reader: { size: 'x' }, sise: 2 }, user, full)).toMatchObject([
			{ field: 'reader.size', kind: 'type' },
			{ field: 'sise', kind: 'unknown' },
		]);
		expect(configProblems({ size: 1, sise: 2 }, user, undefined)).toMatchObject([
			{ field: 'sise' },
		]);
		expect(configProblems({ anything: 1 }, undefined, undefined)).toEqual([]);
	});

	test('`__proto__` is a key like any other', () => {
		const hostile = JSON.parse('{"__proto__": {"polluted": true}}') as Record<string, unknown>;
		const config = merged({}, hostile);
		expect(JSON.stringify(config)).toBe('{"__proto__":{"polluted":true}}');
		expect(({} as Record<string, unknown>).polluted).toBeUndefined();
		expect(configProblems(config, schema, undefined).map(({ field }) => field)).toContain(
			'__proto__',
		);
	});

	test('JSON beside the form counts more, key by key', () => {
		expect(merged({ a: { b: 1, c: 2 }, d: [1] }, { a: { c: 3 }, d: [2] })).toEqual({
			...{ a: { b: 1, c: 3 }, d: [2] },
		});
	});
});
