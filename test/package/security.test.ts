import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const root = join(__dirname, '..', '..');
const page = readFileSync(join(root, 'SECURITY.md'), 'utf8');

/** All test files, as text, by name: several may share one. */
const files = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
	.filter((file) => file.endsWith('.test.ts'))
	.map((file) => ({
		name: basename(file),
		text: readFileSync(join(root, 'test', file), 'utf8'),
	}));
const fuzzed = readdirSync(join(root, 'test/fuzz/properties'))
	.map((file) => readFileSync(join(root, 'test/fuzz/properties', file), 'utf8'))
	.join('\n');

const named = [...page.replace(/\s+/g, ' ').matchAll(/`([\w-]+\.test\.ts)(?:: ([^`]+))?`/g)].map(
	([, file = '', test = '']) => [file, test] as const,
);

test('SECURITY.md names tests for what it promises', () => {
	expect(named.length).toBeGreaterThan(30);
});

test.each(named)('%s has the test "%s" that SECURITY.md names', (file, title) => {
	const found = files.filter(({ name }) => name === file).map(({ text }) => text);
	expect(found).not.toEqual([]);
	const all = (file === 'fuzz.test.ts' ? fuzzed : found.join('\n')).replaceAll("\\'", "'");
	expect(all).toContain(title);
});

test('what decides what is published and where the key goes has owners', () => {
	const owners = readFileSync(join(root, '.github/CODEOWNERS'), 'utf8')
		.split('\n')
		.filter((line) => line !== '' && !line.startsWith('#'))
		.map((line) => line.split(/\s+/));
	const owned = ['*', '/.github/', '/.ci/', '/package.json', '/package-lock.json', '/credentials/'];
	for (const path of owned) expect(owners.map(([first]) => first)).toContain(path);
	for (const [, ...names] of owners) expect(names).toEqual([expect.stringMatching(/^@[\w/-]+$/)]);
});
