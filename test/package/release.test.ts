import { execa } from 'execa';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(__dirname, '../..');
const copy = mkdtempSync(join(tmpdir(), 'release-test-'));

beforeAll(() => {
	mkdirSync(join(copy, '.ci'));
	cpSync(join(root, '.ci/check-release.mjs'), join(copy, '.ci/check-release.mjs'));
});

afterAll(() => rmSync(copy, { recursive: true }));

async function check(
	tag: string,
	{
		locked = '1.2.0',
		changelog = '## [1.2.0] - 2026-01-31\n',
		email = 'a@b.example',
		repo = '',
	} = {},
) {
	const repository = { url: 'git+https://github.com/pumps/nodes.git' };
	const manifest = { version: '1.2.0', author: { email }, repository };
	writeFileSync(join(copy, 'package.json'), JSON.stringify(manifest));
	writeFileSync(join(copy, 'package-lock.json'), JSON.stringify({ version: locked }));
	writeFileSync(join(copy, 'CHANGELOG.md'), changelog);
	const script = join(copy, '.ci/check-release.mjs');
	const { exitCode, all } = await execa('node', [script, tag], {
		all: true,
		reject: false,
		env: { GITHUB_REPOSITORY: repo },
	});
	return { exitCode, output: all };
}

test('a tag, a manifest and a changelog of one version may be published', async () => {
	expect(await check('v1.2.0')).toEqual({ exitCode: 0, output: 'Ready to publish 1.2.0.' });
});

test('so may they from the repository that the manifest names', async () => {
	expect(await check('v1.2.0', { repo: 'pumps/nodes' })).toMatchObject({ exitCode: 0 });
});

test.each([
	['v1.3.0', {}, 'the tag is "v1.3.0"'],
	['v1.2.0', { locked: '1.1.0' }, 'package-lock.json is of version 1.1.0'],
	['v1.2.0', { changelog: '## [Unreleased]\n' }, 'CHANGELOG.md must have'],
	['v1.2.0', { email: 'a@b.invalid' }, '"a@b.invalid" in package.json is a placeholder'],
	['v1.2.0', { repo: 'fans/nodes' }, 'does not name the repository "fans/nodes"'],
	['v1.2.0', { changelog: '## [1.1.0] - 2026-01-01\n' }, 'CHANGELOG.md must have'],
])('%s with %j is refused', async (tag, files, reason) => {
	const { exitCode, output } = await check(tag, files);
	expect(exitCode).toBe(1);
	expect(output).toContain(reason);
});
