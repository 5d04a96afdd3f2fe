// `npm run bench -- NAME`: measures, prints a table, and exits with 1 if a target is missed.
// `--json` prints one line for programs instead; progress goes to stderr either way. `--svg FILE`
// also draws a chart.
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';

import { isOk, toJson, toText, type Bench, type Report } from './report';

/** Loaded on demand: some pull in half of n8n. */
const benches: Record<string, () => Promise<Bench>> = {
	downloads: async () => (await import('./downloads/bench')).downloads,
	lists: async () => (await import('./lists/bench')).lists,
	memory: async () => (await import('./memory/bench')).memory,
	rows: async () => (await import('./rows/bench')).rows,
	sandbox: async () => (await import('./sandbox/bench')).sandbox,
	trigger: async () => (await import('./trigger/bench')).trigger,
	uploads: async () => (await import('./uploads/bench')).uploads,
};

async function main() {
	const { values, positionals } = parseArgs({
		options: { json: { type: 'boolean', default: false }, svg: { type: 'string' } },
		allowPositionals: true,
	});
	const [name = '', ...others] = positionals;
	const load = benches[name];
	if (!load || others.length > 0) {
		const known = Object.keys(benches).join(', ');
		process.stderr.write(
			`Usage: npm run bench -- NAME [--json] [--svg FILE]\nThere is: ${known}\n`,
		);
		process.exitCode = 2;
		return;
	}
	const { run } = await load();
	const report = await run((text) => process.stderr.write(`${text}\n`));
	process.stdout.write(`${values.json ? toJson(report.bars) : toText(report)}\n`);
	if (values.svg !== undefined) await draw(report, values.svg);
	process.exitCode = report.bars.every(isOk) ? 0 : 1;
}

async function draw({ chart }: Report, file: string): Promise<void> {
	if (chart === undefined) return void process.stderr.write('This bench has no picture\n');
	const { toSvg } = await import('./chart');
	await writeFile(file, await toSvg(chart));
}

void main();
