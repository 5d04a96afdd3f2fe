// `npm test` checks that n8n's gate finds nothing; this shows that it would find something.
import { execa } from 'execa';
import { appendFileSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(__dirname, '../..');
const copy = mkdtempSync(join(tmpdir(), 'gate-test-'));
const packed = ['package.json', 'index.js', 'dist', 'nodes', 'credentials'];

beforeAll(async () => {
	await execa('node', ['tools/setup.mjs', 'test/gate'], { cwd: root, stdio: 'inherit' });
	for (const name of packed) cpSync(join(root, name), join(copy, name), { recursive: true });
}, 300_000);

afterAll(() => rmSync(copy, { recursive: true }));

test('the gate refuses what n8n refuses, in source and tarball, disable comment or not', async () => {
	const forbidden = 'setTimeout(() => {}, 1);';
	const node = 'nodes/ArchetypeAi/ArchetypeAi.node';
	appendFileSync(join(copy, `${node}.ts`), `${forbidden} // eslint-${'disable'}-line\n`);
	appendFileSync(join(copy, 'dist', `${node}.js`), forbidden);

	const { exitCode, stdout } = await execa('node', ['test/gate/gate.mjs', copy], {
		cwd: root,
		reject: false,
		// Under Jest's NODE_ENV=test, the gate's rules believe they are in their own tests.
		env: { NODE_ENV: undefined },
	});

	expect(stdout).toMatch(/source: \d+ files, 1 errors/);
	expect(stdout).toMatch(/tarball: \d+ files, 1 errors/);
	expect(stdout.match(/no-restricted-globals/g)).toHaveLength(2);
	expect(stdout).toMatch(/disable comments: 1 files/);
	expect(exitCode).toBe(1);
}, 60_000);
