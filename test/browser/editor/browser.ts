import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

import { chromium, selectors, type Browser, type Page } from 'playwright-core';

export const NO_BROWSER =
	'There is no Chromium. Install it (apt-get install chromium), or set CHROMIUM to the path of yours.';

/** The size of the pictures; n8n's forms need about this much. */
const VIEWPORT = { width: 1280, height: 800 };
/** For every wait: n8n answers in a second, or in several on a busy machine. */
const TIMEOUT_MS = 20_000;
const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

/** The browser named by the CHROMIUM environment variable, or the first one on the PATH. */
export function findChromium(): string | undefined {
	const named = process.env.CHROMIUM;
	if (named) return existsSync(named) ? named : undefined;
	const folders = (process.env.PATH ?? '').split(delimiter);
	return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find(existsSync);
}

/** Starts a headless browser. Throws if there is none. */
export async function launchBrowser(): Promise<Browser> {
	const executablePath = findChromium();
	if (executablePath === undefined) throw new Error(NO_BROWSER);
	selectors.setTestIdAttribute('data-test-id');
	return await chromium.launch({
		executablePath,
		args: [
			...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
			...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
		],
	});
}

/** A new tab in a fresh profile. Unsaved changes are discarded without a prompt. */
export async function newPage(browser: Browser): Promise<Page> {
	const page = await browser.newPage({ viewport: VIEWPORT });
	page.setDefaultTimeout(TIMEOUT_MS);
	page.on('dialog', (dialog) => void dialog.accept());
	return page;
}
