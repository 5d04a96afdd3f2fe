// What n8n and npm require of the manifest of a verified community package.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../..');
const manifest = readJson('package.json') as Record<string, unknown> & {
	version: string;
	scripts: Record<string, string>;
};

function readJson(file: string): unknown {
	return JSON.parse(readFileSync(join(root, file), 'utf8'));
}

test('the host brings everything: no dependencies, n8n-workflow as the only peer', () => {
	const { peerDependencies, ...rest } = manifest;
	expect(peerDependencies).toEqual({ 'n8n-workflow': '*' });
	expect(rest).not.toHaveProperty('dependencies');
	expect(rest).not.toHaveProperty('optionalDependencies');
	expect(rest).not.toHaveProperty('bundleDependencies');
	expect(rest).not.toHaveProperty('bundledDependencies');
	expect(rest).not.toHaveProperty('overrides');
});

test('installing, packing and publishing run no script', () => {
	const stages = [
		'install',
		'pack',
		'prepare',
		'publish',
		'publishOnly',
		'shrinkwrap',
		'uninstall',
	];
	const lifecycle = [
		'prepare',
		...stages.flatMap((stage) => [stage, `pre${stage}`, `post${stage}`]),
	];
	expect(Object.keys(manifest.scripts).filter((name) => lifecycle.includes(name))).toEqual([]);
});

test('n8n finds the package, its nodes and its credential', () => {
	expect(manifest).toMatchObject({
		name: 'n8n-nodes-archetypeai',
		license: 'MIT',
		main: 'index.js',
		files: ['dist'],
		n8n: {
			n8nNodesApiVersion: 1,
			credentials: ['dist/credentials/ArchetypeAiApi.credentials.js'],
			nodes: [
				'dist/nodes/ArchetypeAi/ArchetypeAi.node.js',
				'dist/nodes/ArchetypeAi/ArchetypeAiTrigger.node.js',
			],
		},
	});
	expect(manifest.keywords).toContain('n8n-community-node-package');
});

test('the lock file is of this version', () => {
	expect(readJson('package-lock.json')).toMatchObject({
		name: manifest.name,
		version: manifest.version,
	});
});

test('every script installs what it needs first, or runs one that does', () => {
	const scripts = Object.entries(manifest.scripts);
	const needy = scripts.filter(([, command]) => {
		const [first = ''] = command.split(' && ');
		const inner = /\bnpm run ([\w:]+)/.exec(first)?.[1];
		return !first.startsWith('node tools/setup.mjs') && !(inner && inner in manifest.scripts);
	});
	expect(needy).toEqual([]);
});

test('an address that nobody owns says so, in the manifest and in the README', () => {
	const { author } = manifest as unknown as { author: { email: string } };
	const isPlaceholder = author.email.endsWith('.invalid');
	const readme = readFileSync(join(root, 'README.md'), 'utf8').replace(/\s+/g, ' ');
	expect(readme.includes('Nobody owns the addresses in `package.json` yet')).toBe(isPlaceholder);
});

test('what follows a script of tests is a pattern, not one more project', () => {
	const scripts = Object.values(manifest.scripts).filter((script) => script.includes('jest'));
	expect(scripts.length).toBeGreaterThan(3);
	expect(scripts.filter((script) => /--selectProjects( \w+)+$/.test(script))).toEqual([]);
});
