// The README's commands for manual installation, run exactly as written.
import { copyFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

import { execa } from 'execa';

import { N8nClient } from '../../tools/n8n/client';
import { startN8n } from '../../tools/n8n/server';
import { describeEachHost } from './hosts';
import { ACTION, TRIGGER } from './workflows';

const TIMEOUT_MS = 240_000;

describeEachHost((installation, packed) => {
	let home: string;
	beforeAll(async () => (home = await mkdtemp(join(tmpdir(), 'n8n-by-hand-'))));
	afterAll(() => rm(home, { recursive: true, force: true }));

	/** Runs the README's command block that contains these words. */
	async function runBlock(words: string): Promise<void> {
		const readme = await readFile(join(__dirname, '../../README.md'), 'utf8');
		const blocks = [...readme.matchAll(/```sh\n(.*?)```/gs)].map(([, block]) => block!);
		const block = blocks.find((each) => each.includes(words));
		if (block === undefined) throw new Error(`README.md has no commands with "${words}"`);
		await execa('bash', ['-e', '-c', block], { cwd: home, env: { HOME: home } });
	}

	const installed = () => readdir(join(home, '.n8n', 'nodes', 'node_modules'));

	test(
		'installed by hand, n8n has the nodes; uninstalled, the package is gone',
		async () => {
			await copyFile(packed.tarball, join(home, basename(packed.tarball)));
			await runBlock('npm install --prefix ~/.n8n/nodes');
			const n8n = await startN8n({ installation, userFolder: home });
			try {
				const client = new N8nClient(n8n.url);
				await client.setUpOwner();
				const { nodes, credentials } = await client.knownTypes();
				expect(nodes).toEqual(expect.arrayContaining([ACTION, TRIGGER]));
				expect(credentials).toContain('archetypeAiApi');
			} finally {
				await n8n.stop();
			}
			expect(await installed()).toContain(packed.name);
			await runBlock('npm uninstall --prefix ~/.n8n/nodes');
			expect(await installed()).not.toContain(packed.name);
		},
		TIMEOUT_MS,
	);
});
