import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { lock } from 'proper-lockfile';

import { DEMO_FOLDER, StepError, tell, type Story } from './story';

/** A lock not renewed for this long belongs to a demo that was killed. */
const LOCK_STALE_MS = 10_000;
const SHOW_CURSOR = '\u001b[?25h';

/**
 * Runs the story, then `then` while the sandbox and n8n are still up, and shuts both down, also on
 * Ctrl-C. Progress is printed.
 *
 * @param then gets the story and a promise that settles on Ctrl-C
 * @returns the exit code: 0 on success, 1 when a step failed or another demo is running in this
 * clone, 130 or 143 when interrupted
 */
export async function perform(
	then: (story: Story, interrupted: Promise<number>) => Promise<void>,
): Promise<number> {
	const release = await onlyOne();
	if (!release) return 1;
	const story = {} as Story;
	const interrupted = onInterrupt();
	try {
		const told = tell(story).then(async () => {
			await then(story, interrupted);
			return 0;
		});
		return await Promise.race([told, interrupted]);
	} catch (error) {
		if (!(error instanceof StepError)) throw error;
		console.error(`\nThe demo failed at the step "${error.step}":\n${error.message}`);
		return 1;
	} finally {
		console.log('Stopping.');
		await story.n8n?.stop();
		await story.sandbox?.close();
		await release();
		// The step list hides the cursor, and an interrupt does not restore it.
		if (process.stdout.isTTY) process.stdout.write(SHOW_CURSOR);
	}
}

/** Two demos would delete each other's files. Returns the lock's release function, if acquired. */
async function onlyOne(): Promise<(() => Promise<void>) | undefined> {
	await mkdir(DEMO_FOLDER, { recursive: true });
	try {
		return await lock(DEMO_FOLDER, {
			lockfilePath: join(DEMO_FOLDER, 'running.lock'),
			stale: LOCK_STALE_MS,
			// Long enough to notice that the other one was killed.
			retries: { retries: 12, factor: 1, minTimeout: 1000, maxTimeout: 1000 },
		});
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') throw error;
		console.error('Another demo runs in this clone. End it with Ctrl-C, then start this one.');
		return undefined;
	}
}

/** Resolves to the conventional exit code on SIGINT or SIGTERM. */
function onInterrupt(): Promise<number> {
	return new Promise((resolve) => {
		process.on('SIGINT', () => resolve(130));
		process.on('SIGTERM', () => resolve(143));
	});
}
