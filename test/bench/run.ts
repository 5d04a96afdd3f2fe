// `npm run bench -- NAME`: measures, prints a table, and exits with 1 when a bar is missed.
// `--json` prints one line for programs instead; progress goes to stderr either way.
import { parseArgs } from 'node:util';

import { isOk, toJson, toText, type Bench } from './report';

/** Loaded when chosen: some bring half of n8n with them. */
const benches: Record<string, () => Promise<Bench>> = {
	trigger: async () => (await import('./trigger/bench')).trigger,
};

async function main() {
	const { values, positionals } = parseArgs({
		options: { json: { type: 'boolean', default: false } },
		allowPositionals: true,
	});
	const [name = '', ...others] = positionals;
	const load = benches[name];
	if (!load || others.length > 0) {
		const known = Object.keys(benches).join(', ');
		process.stderr.write(`Usage: npm run bench -- NAME [--json]\nThere is: ${known}\n`);
		process.exitCode = 2;
		return;
	}
	const { run } = await load();
	const report = await run((text) => process.stderr.write(`${text}\n`));
	process.stdout.write(`${values.json ? toJson(report.bars) : toText(report)}\n`);
	process.exitCode = report.bars.every(isOk) ? 0 : 1;
}

void main();
