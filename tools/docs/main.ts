import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { format, resolveConfig } from 'prettier';

import { makePage } from './page';
import { withOperations } from './readme';

const root = join(__dirname, '..', '..');

/** The pages generated from the nodes, each from its current text. */
const PAGES: Record<string, (now: string) => string | Promise<string>> = {
	'README.md': withOperations,
	'docs/operations.md': makePage,
};

void main().then((exitCode) => process.exit(exitCode));

/** Writes the pages, or with `--check` compares them with the files: returns 1 if they differ. */
async function main(): Promise<number> {
	const { values } = parseArgs({ options: { check: { type: 'boolean' } } });
	let exitCode = 0;
	for (const [name, make] of Object.entries(PAGES)) {
		const file = join(root, name);
		const now = await readFile(file, 'utf8').catch(() => '');
		const options = { ...(await resolveConfig(file)), filepath: file };
		const page = await format(await make(now), options);
		if (!values.check) {
			await writeFile(file, page);
			console.log(`Wrote ${name}`);
		} else if (page !== now) {
			console.error(`${name} is not what the nodes say. Run "npm run docs" and commit it.`);
			exitCode = 1;
		}
	}
	return exitCode;
}
