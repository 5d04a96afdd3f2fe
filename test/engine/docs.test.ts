import { join } from 'node:path';

import { execa } from 'execa';

const root = join(__dirname, '../..');

test('docs/operations.md has every operation, field and item as the nodes have them now', async () => {
	const { exitCode, all } = await execa('tsx', ['tools/docs/main.ts', '--check'], {
		...{ cwd: root, preferLocal: true, all: true, reject: false },
		// With Jest's value, n8n-core would take this for one of its own tests.
		env: { NODE_ENV: undefined },
	});
	expect({ exitCode, all }).toEqual({ exitCode: 0, all: '' });
}, 300_000);
