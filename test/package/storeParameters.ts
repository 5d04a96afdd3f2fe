// `npm run parameters`: records the built nodes' parameters as those that saved workflows rely on.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { format, resolveConfig } from 'prettier';

import { builtParameters } from './parameters';

const VERSION = 1;
const file = join(__dirname, `parameters.v${VERSION}.json`);

void store();

async function store() {
	const options = { ...(await resolveConfig(file)), filepath: file };
	writeFileSync(file, await format(JSON.stringify(builtParameters(VERSION)), options));
	console.log(`Wrote ${file}`);
}
