import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { lock } from 'proper-lockfile';

import { DEMO_FOLDER, executionUrl, StepError, tell, type Story } from './story';
import { table } from './view';

const HELP = `Shows the whole story in a real n8n: sensor data goes in, a batch job runs, the trigger
starts a workflow, and the results are files in .demo/outputs.

Usage: npm run demo [-- --once]

  --once   end when the files are there and whole; without it the editor stays open until Ctrl-C
  --help   show this text
`;

/** A lock that was not renewed for this long belongs to a demo that was killed. */
const LOCK_STALE_MS = 10_000;

void main().then((exitCode) => process.exit(exitCode));

async function main(): Promise<number> {
	const options = { once: { type: 'boolean' }, help: { type: 'boolean' } } as const;
	const { values } = parseArgs({ options });
	if (values.help) {
		console.log(HELP);
		return 0;
	}

	const release = await onlyOne();
	if (!release) return 1;
	const story = {} as Story;
	const interrupted = onInterrupt();
	try {
		const exitCode = await Promise.race([run(story), interrupted]);
		if (exitCode === 0 && !values.once) {
			sayWhatIsOpen(story);
			await interrupted;
		}
		return exitCode;
	} finally {
		console.log('Stopping.');
		await story.n8n?.stop();
		await story.sandbox?.close();
		await release();
	}
}

/** Resolves to the exit code. */
async function run(story: Story): Promise<number> {
	try {
		await tell(story);
	} catch (error) {
		if (!(error instanceof StepError)) throw error;
		console.error(`\nThe demo failed at the step "${error.step}":\n${error.message}`);
		return 1;
	}
	console.log(`\n${table(story.results)}\n`);
	console.log(`Execution ${story.execution.id} succeeded: ${executionUrl(story)}`);
	return 0;
}

function sayWhatIsOpen({ n8n, owner, sandbox }: Story): void {
	console.log(`\nThe editor is open at ${n8n.url}`);
	console.log(`  e-mail    ${owner.email}`);
	console.log(`  password  ${owner.password}`);
	console.log(`The sandbox answers at ${sandbox.url} (API key ${sandbox.apiKey}).`);
	console.log('Ctrl-C ends both.');
}

/** Two demos would delete each other's files: the function that lets the next one in, if any may. */
async function onlyOne(): Promise<(() => Promise<void>) | undefined> {
	await mkdir(DEMO_FOLDER, { recursive: true });
	try {
		return await lock(DEMO_FOLDER, {
			lockfilePath: join(DEMO_FOLDER, 'running.lock'),
			stale: LOCK_STALE_MS,
			// As long as it takes to see that the other one was killed.
			retries: { retries: 12, factor: 1, minTimeout: 1000, maxTimeout: 1000 },
		});
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') throw error;
		console.error('Another demo runs in this clone. End it with Ctrl-C, then start this one.');
		return undefined;
	}
}

/** Resolves to the customary exit code when the demo is told to end. */
function onInterrupt(): Promise<number> {
	return new Promise((resolve) => {
		process.on('SIGINT', () => resolve(130));
		process.on('SIGTERM', () => resolve(143));
	});
}
