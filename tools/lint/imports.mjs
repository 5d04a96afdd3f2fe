// The direction of imports: node -> actions or trigger -> fields and methods -> api, and no cycles.
// CONTRIBUTING.md has a diagram.
import boundaries from 'eslint-plugin-boundaries';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import { importX } from 'eslint-plugin-import-x';

const nodes = 'nodes/ArchetypeAi';

/** Each folder is an element. The first match counts, so deeper paths come first. */
const folders = {
	decide: `${nodes}/trigger/decide`,
	look: `${nodes}/trigger/look`,
	crash: `${nodes}/trigger/crash`,
	trigger: `${nodes}/trigger`,
	actions: `${nodes}/actions`,
	fields: `${nodes}/fields`,
	methods: `${nodes}/methods`,
	rows: `${nodes}/api/rows`,
	files: `${nodes}/api/files`,
	uploads: `${nodes}/api/uploads`,
	api: `${nodes}/api`,
	node: nodes,
	credential: 'credentials',
	sandbox: 'sandbox',
	examples: 'examples',
	tools: 'tools',
	test: 'test',
};

/** What each element may import besides itself. Tests and tools may import anything. */
export const allowed = {
	node: ['actions', 'trigger', 'methods', 'fields', 'api'],
	actions: ['fields', 'files', 'uploads', 'rows', 'api'],
	trigger: ['decide', 'look', 'crash', 'fields', 'api'],
	look: ['decide', 'trigger', 'api'],
	crash: ['decide', 'trigger', 'api'],
	decide: [],
	methods: ['fields', 'api'],
	fields: ['api'],
	rows: ['files', 'api'],
	files: ['api'],
	uploads: ['files', 'api'],
	api: [],
	credential: ['api'],
	sandbox: [],
	examples: ['sandbox', 'tools'],
};

const policies = [
	...Object.keys(folders).map((type) => ({
		from: { element: { type } },
		allow: { to: { element: { types: { anyOf: [type, ...(allowed[type] ?? [])] } } } },
	})),
	...['tools', 'test'].map((type) => ({
		from: { element: { type } },
		allow: { to: { element: { types: { anyOf: Object.keys(folders) } } } },
	})),
	// Pure: the types of the service's rows and the trigger's constants, nothing that makes requests.
	{
		from: { element: { type: 'decide' } },
		allow: { to: { element: { type: 'api' } }, dependency: { kind: 'type' } },
	},
	{
		from: { element: { type: 'decide' } },
		allow: { to: { file: { categories: 'constants' } } },
	},
	// Bytes are a RemoteFile, whichever list it comes from.
	{
		from: { element: { types: { anyOf: ['files', 'rows'] } } },
		disallow: { to: { file: { categories: 'lists of files' } } },
	},
];

export const imports = {
	files: ['**/*.ts'],
	plugins: { boundaries, 'import-x': importX },
	settings: {
		'boundaries/elements': Object.entries(folders).map(([type, pattern]) => ({
			type,
			pattern,
			partialMatch: false,
		})),
		'boundaries/files': [
			{ category: 'constants', pattern: `${nodes}/trigger/limits.ts` },
			{ category: 'lists of files', pattern: `${nodes}/api/{outputs,inputs,storedFiles}.ts` },
		],
		'import/resolver': { typescript: { project: 'test/tsconfig.json' } },
		'import-x/resolver-next': [createTypeScriptImportResolver({ project: 'test/tsconfig.json' })],
		'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] },
	},
	rules: {
		'boundaries/dependencies': [
			'error',
			{
				default: 'disallow',
				message:
					'{{from.element.type}} must not import {{to.element.type}} ({{dependency.source}}): see tools/lint/imports.mjs.',
				policies,
			},
		],
		'boundaries/no-unknown-files': 'error',
		'import-x/no-cycle': ['error', { ignoreExternal: true }],
	},
};
