// The first step of every npm script, in a folder with one small package.
import { execa } from 'execa';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const setup = join(__dirname, '../../tools/setup.mjs');
const folder = mkdtempSync(join(tmpdir(), 'setup-test-'));
const pump = join(folder, 'node_modules', 'pump', 'package.json');
const run = (...options: string[]) =>
	execa('node', [setup, folder, ...options], { all: true, reject: false });

beforeAll(async () => {
	const source = join(folder, 'pump');
	mkdirSync(source);
	writeFileSync(join(source, 'package.json'), JSON.stringify({ name: 'pump', version: '1.0.0' }));
	await execa('npm', ['pack', source], { cwd: folder });
	writeFileSync(
		join(folder, 'package.json'),
		JSON.stringify({ name: 'hall', dependencies: { pump: 'file:pump-1.0.0.tgz' } }),
	);
	const options = ['--package-lock-only', '--offline', '--no-audit', '--no-fund'];
	await execa('npm', ['install', ...options], { cwd: folder });
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true }));

test('installs on a bare clone, and then does nothing', async () => {
	mkdirSync(join(folder, 'node_modules'));
	expect((await run()).all).toContain('Installed 1 packages');
	expect(existsSync(pump)).toBe(true);
	expect((await run()).all).toBe('');
});

test('a package that is listed as installed and is not there is installed again', async () => {
	rmSync(join(folder, 'node_modules', 'pump'), { recursive: true });
	expect((await run()).exitCode).toBe(0);
	expect(existsSync(pump)).toBe(true);
});
