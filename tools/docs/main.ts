import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { format, resolveConfig } from 'prettier';

import { makePage } from './page';

const FILE = join(__dirname, '..', '..', 'docs', 'operations.md');

void main().then((exitCode) => process.exit(exitCode));

/** Writes the page, or with `--check` compares it with the file: 1 when they differ. */
async function main(): Promise<number> {
	const { values } = parseArgs({ options: { check: { type: 'boolean' } } });
	const page = await format(await makePage(), {
		...(await resolveConfig(FILE)),
		filepath: FILE,
	});
	if (!values.check) {
		await writeFile(FILE, page);
		console.log('Wrote docs/operations.md');
		return 0;
	}
	if (page === (await readFile(FILE, 'utf8').catch(() => ''))) return 0;
	console.error('docs/operations.md is not what the nodes say. Run "npm run docs" and commit it.');
	return 1;
}
