import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, sep } from 'node:path';

import { resources } from '../../nodes/ArchetypeAi/actions/resources';
import { npmPack, type NpmPackReport } from '../../tools/n8n/pack';

const root = join(__dirname, '../..');
let packed: NpmPackReport;

beforeAll(async () => {
	packed = await npmPack(['--dry-run']);
}, 30_000);

/** The files besides the built nodes and credentials. */
const OTHERS = ['LICENSE', 'README.md', 'index.js', 'package.json'];

/** The build's output path for each file in a source folder. */
const builtFrom = (folder: string): string[] =>
	readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
		.filter((name) => /\.(?:ts|json|svg)$/.test(name))
		.map((name) => `dist/${folder}/${name.replaceAll(sep, '/').replace(/\.ts$/, '.js')}`);

/** The node's operations, one file each. */
const operationFiles = resources.flatMap(({ value, operations }) =>
	operations.map(
		(operation) => `dist/nodes/ArchetypeAi/actions/${value}/${operation.option.value}.operation.js`,
	),
);

test('the tarball holds what is built from the sources of nodes and credentials, and nothing else', () => {
	const files = [...OTHERS, ...builtFrom('nodes'), ...builtFrom('credentials')];
	expect(packed.files.map(({ path }) => path).sort()).toEqual(files.sort());
});

test('the tarball holds each operation in a file of its own', () => {
	const packedOperations = packed.files
		.map(({ path }) => path)
		.filter((path) => path.endsWith('.operation.js'));
	expect(packedOperations.sort()).toEqual([...operationFiles].sort());
});

test('the tarball stays small', () => {
	// Every service endpoint has an operation, forms are generated from a pipeline's schema, a job
	// has a report as text, Slack blocks, HTML and SVG, and files are uploaded in parts.
	expect(packed.size).toBeLessThan(225_000);
});

test('index.js exports the built classes', () => {
	const built = createRequire(__filename)(root) as Record<string, new () => object>;
	expect(Object.keys(built).sort()).toEqual([
		'ArchetypeAi',
		'ArchetypeAiApi',
		'ArchetypeAiTrigger',
	]);
	for (const [name, builtClass] of Object.entries(built)) {
		expect(new builtClass().constructor.name).toBe(name);
	}
});
