import type { Page } from 'playwright-core';

import { startSandbox } from '../../sandbox';

const MINUTE_MS = 60_000;

/** Opens a sandbox's page with some jobs and takes a screenshot. */
export async function showSandboxPage(page: Page, take: (name: string) => Promise<void>) {
	const sandbox = await startSandbox();
	const { steer } = sandbox;
	const seed = (name: string, minutesAgo: number, request: Parameters<typeof steer.seed>[0]) =>
		steer.seed({ name, newestMs: minutesAgo * MINUTE_MS, ...request });
	try {
		seed('compressor-3', 95, { status: 'FAILED', inputs: 5, failedInputs: 5, outputs: 0 });
		seed('pump-7-weekly', 60, { status: 'COMPLETED', inputs: 12, failedInputs: 1 });
		seed('pump-7-nightly', 8, { status: 'RUNNING', inputs: 2, outputs: 2, shots: 1 });
		steer.faults({ kind: 'status', status: 503, retryAfter: 2, times: null });
		await page.goto(new URL('/', sandbox.url).href);
		await page.locator('summary').first().click();
		await page.locator('.outputs li').first().waitFor();
		await take('sandbox');
	} finally {
		await sandbox.close();
	}
}
