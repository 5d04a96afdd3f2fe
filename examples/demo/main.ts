import { parseArgs } from 'node:util';

import { perform } from './stage';
import { executionUrl } from './story';
import { table } from './view';

const HELP = `Shows the whole story in a real n8n: sensor data goes in, a batch job runs, the trigger
starts a workflow, and the results are files in .demo/outputs.

Usage: npm run demo [-- --once]

  --once   end when the files are there and whole; without it the editor stays open until Ctrl-C
  --help   show this text
`;

void main().then((exitCode) => process.exit(exitCode));

async function main(): Promise<number> {
	const options = { once: { type: 'boolean' }, help: { type: 'boolean' } } as const;
	const { values } = parseArgs({ options });
	if (values.help) {
		console.log(HELP);
		return 0;
	}
	return await perform(async (story, interrupted) => {
		const { n8n, sandbox, execution, results } = story;
		console.log(`\n${table(results)}\n`);
		console.log(`Execution ${execution.id} succeeded: ${executionUrl(story)}`);
		if (values.once) return;

		console.log(`\nThe editor stays open at ${n8n.url}, with the login above.`);
		console.log(`The sandbox answers at ${sandbox.url} (API key ${sandbox.apiKey}).`);
		console.log('Ctrl-C ends both.');
		await interrupted;
	});
}
