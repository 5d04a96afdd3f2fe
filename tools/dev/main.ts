// `npm run dev`: the sandbox, and n8n with the nodes under development.
import { join } from 'node:path';

import { loginInWords } from '../n8n/login';
import { startDev } from './dev';

const root = join(__dirname, '..', '..');
const HELP = `Runs n8n with the nodes of this folder and the sandbox. Save a file: it is compiled, n8n loads it
again, and the editor shows it once the page is loaded anew. All is kept in .dev; delete that to begin anew.
`;

async function main(): Promise<number> {
	if (process.argv.includes('--help')) {
		console.log(HELP);
		return 0;
	}
	const interrupted = new Promise<number>((resolve) => {
		process.on('SIGINT', () => resolve(130));
		process.on('SIGTERM', () => resolve(143));
	});
	const { n8n, sandbox, owner, stop } = await startDev(root, join(root, '.dev'), console.log);
	try {
		console.log(`\n${loginInWords(n8n.url, { port: n8n.port, owner }, undefined)}`);
		console.log(`Sandbox   ${sandbox.url} (API key ${sandbox.apiKey}), credential "Sandbox"`);
		console.log(`n8n's log ${n8n.logFile}`);
		console.log('\nSave a source file and load the editor again. Ctrl-C ends all.');
		return await interrupted;
	} finally {
		await stop();
	}
}

void main().then(
	(exitCode) => process.exit(exitCode),
	(error: Error) => {
		console.error(error.message);
		process.exit(1);
	},
);
