// Imports run one way: what the lint rule rejects, and what it allows.
import { execa } from 'execa';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../..');
const nodes = 'nodes/ArchetypeAi';
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

const refused: Array<[file: string, imported: string, complaint: RegExp]> = [
	[`${nodes}/api/errors.ts`, '../actions/router', /api must not import actions/],
	[`${nodes}/api/errors.ts`, '../fields/job', /api must not import fields/],
	[`${nodes}/api/errors.ts`, './rows/csv', /api must not import rows/],
	[`${nodes}/api/rows/format.ts`, '../outputs', /rows must not import api/],
	[`${nodes}/api/files/open.ts`, '../inputs', /files must not import api/],
	[`${nodes}/fields/job.ts`, '../actions/router', /fields must not import actions/],
	[`${nodes}/actions/router.ts`, '../trigger/poll', /actions must not import trigger/],
	[`${nodes}/trigger/poll.ts`, '../api/rows/csv', /trigger must not import rows/],
	[`${nodes}/trigger/poll.ts`, '../actions/router', /trigger must not import actions/],
	[`${nodes}/trigger/decide/decide.ts`, '../../api/client', /decide must not import api/],
	[`${nodes}/trigger/decide/decide.ts`, '../look/look', /decide must not import look/],
	[`${nodes}/actions/router.ts`, '../../../sandbox', /actions must not import sandbox/],
	['sandbox/errors.ts', '../nodes/ArchetypeAi/api/errors', /sandbox must not import api/],
	[`${nodes}/api/errors.ts`, './client', /import-x\/no-cycle: Dependency cycle/],
];

const allowed: Array<[file: string, line: string]> = [
	[`${nodes}/trigger/decide/decide.ts`, "export type { Job } from '../../api/jobs';"],
	[`${nodes}/trigger/decide/decide.ts`, "export * from '../limits';"],
	[`${nodes}/actions/router.ts`, "export * from '../api/client';"],
	['test/engine/router.test.ts', "export * from '../../nodes/ArchetypeAi/actions/router';"],
];

let messages: string[][];

beforeAll(async () => {
	const texts = [
		...refused.map(([file, imported]) => ({ file, text: `export * from '${imported}';\n` })),
		...allowed.map(([file, line]) => ({ file, text: `${line}\n` })),
	];
	const { stdout } = await execa('node', ['test/package/lintTexts.mjs'], {
		cwd: root,
		input: JSON.stringify(texts),
		// Under Jest's NODE_ENV=test, the gate's rules believe they are in their own tests. In CI, the
		// parser would read a file from disk the first time it sees it, instead of using the text.
		env: { NODE_ENV: undefined, TSESTREE_SINGLE_RUN: 'false' },
	});
	messages = JSON.parse(stdout) as string[][];
}, 120_000);

test.each(refused)('%s may not import %s', (file, imported, complaint) => {
	const index = refused.findIndex((row) => row[0] === file && row[1] === imported);
	expect(messages[index]).toContainEqual(expect.stringMatching(complaint));
});

test.each(allowed)('%s may say %s', (file, line) => {
	const index = allowed.findIndex((row) => row[0] === file && row[1] === line);
	expect(messages[refused.length + index]).toEqual([]);
});

test('the picture in CONTRIBUTING.md shows every part of the nodes, and only imports that are allowed', async () => {
	const script =
		"import { allowed } from './tools/lint/imports.mjs'; console.log(JSON.stringify(allowed))";
	const args = ['--input-type=module', '--eval', script];
	const { stdout } = await execa('node', args, { cwd: root, env: { NODE_ENV: undefined } });
	const rule = JSON.parse(stdout) as Record<string, string[]>;
	const [, picture = ''] = /```mermaid\n(.*?)```/s.exec(read('CONTRIBUTING.md')) ?? [];
	const arrows = [
		...picture.matchAll(/^\s*(\w+)\S* --> (\w+)/gm),
		...picture.matchAll(/^\s*(\w+)(?=\[).*?--> (\w+)/gm),
	];
	const between = arrows
		.map(([, from = '', to = '']) => [from, to])
		.filter(([from, to]) => from! in rule && to! in rule);
	expect(between.length).toBeGreaterThan(15);
	expect(between.filter(([from, to]) => !rule[from!]!.includes(to!))).toEqual([]);
	const elsewhere = ['credential', 'sandbox', 'examples'];
	const shown = new Set(between.flat());
	expect(Object.keys(rule).filter((part) => !shown.has(part) && !elsewhere.includes(part))).toEqual(
		[],
	);
});
