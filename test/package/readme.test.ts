// Checks what the docs say about the repository against the repository itself.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const root = join(__dirname, '../..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const manifest = JSON.parse(read('package.json')) as {
	homepage: string;
	scripts: Record<string, string>;
};

const pages = [
	...readdirSync(root),
	...readdirSync(join(root, 'docs')).map((name) => join('docs', name)),
	join('sandbox', 'README.md'),
].filter((name) => name.endsWith('.md'));

/** The anchors GitHub generates for a page's headings. */
function anchorsOf(file: string): string[] {
	const headings = read(file).match(/^#+ .*$/gm) ?? [];
	return headings.map((heading) =>
		heading
			.replace(/^#+ /, '')
			.toLowerCase()
			.replace(/[^\p{L}\p{N}_ -]/gu, '')
			.replaceAll(' ', '-'),
	);
}

const firstJson = (file: string): string | undefined => /```json\n(.*?)```/s.exec(read(file))?.[1];

test.each(pages)('%s links to files, pictures and chapters that exist', (page) => {
	const targets = [...read(page).matchAll(/\]\((?!https?:)([^)]+)\)/g)].map(
		([, target]) => target!,
	);
	const broken = targets.filter((target) => {
		const [path = '', anchor] = target.split('#');
		const file = path === '' ? page : relative(root, join(root, dirname(page), path));
		if (!existsSync(join(root, file))) return true;
		return anchor !== undefined && !anchorsOf(file).includes(anchor);
	});
	expect(broken).toEqual([]);
});

test('CONTRIBUTING.md names files that exist', () => {
	const places = ['', 'nodes/ArchetypeAi', 'nodes/ArchetypeAi/actions'];
	const names = [
		...read('CONTRIBUTING.md').matchAll(/`([\w./-]+\.(?:ts|mjs|md|yml|json)|[\w./-]+\/)`/g),
	];
	const missing = names
		.map(([, name]) => name!)
		.filter((name) => !places.some((place) => existsSync(join(root, place, name))))
		.filter((name) => !['publish.yml', 'mutations.ts', 'operations.md'].includes(name));
	expect(names.length).toBeGreaterThan(15);
	expect(missing).toEqual([]);
});

test.each(pages)('%s names npm scripts that exist', (page) => {
	const names = [...read(page).matchAll(/npm run ([\w:]+)/g)].map(([, name]) => name!);
	expect(names.filter((name) => !(name in manifest.scripts))).toEqual([]);
});

test("the README's item of the trigger is the one of docs/operations.md", () => {
	expect(firstJson('README.md')).toBe(firstJson('docs/operations.md'));
});

test('all addresses are of one repository, and lead to chapters of the README', () => {
	const repository = manifest.homepage.replace('#readme', '');
	expect(manifest).toMatchObject({
		repository: { url: `git+${repository}.git` },
		bugs: { url: `${repository}/issues` },
	});
	const sources = [
		'credentials/ArchetypeAiApi.credentials.ts',
		'nodes/ArchetypeAi/ArchetypeAi.node.json',
		'nodes/ArchetypeAi/ArchetypeAiTrigger.node.json',
	];
	const anchors = ['readme', ...anchorsOf('README.md')];
	for (const source of sources) {
		const links = read(source).match(/https:\/\/github\.com\/[^'"]+/g) ?? [];
		expect(links.length).toBeGreaterThan(0);
		for (const link of links) {
			const [address, anchor] = link.split('#');
			expect(address).toBe(repository);
			expect(anchors).toContain(anchor);
		}
	}
	expect(read(sources[0]!)).toContain(`'${repository}#credential'`);
});
