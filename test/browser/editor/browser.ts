import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

import { chromium, selectors, type Browser, type Page } from 'playwright-core';

export const NO_BROWSER =
	'There is no Chromium. Install it (apt-get install chromium), or set CHROMIUM to the path of yours.';

/** What the pictures show; n8n's forms need about this much. */
const VIEWPORT = { width: 1280, height: 800 };
/** For whatever is waited for: n8n answers in a second, on a busy machine in some. */
const TIMEOUT_MS = 20_000;
const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

/** The browser that the environment names in CHROMIUM, or the first one on the path. */
export function findChromium(): string | undefined {
	const named = process.env.CHROMIUM;
	if (named) return existsSync(named) ? named : undefined;
	const folders = (process.env.PATH ?? '').split(delimiter);
	return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find(existsSync);
}

/** Starts a browser without a window. Throws when there is none. */
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

/** A new tab for someone who was never here. What is not saved is left without a question. */
export async function newPage(browser: Browser): Promise<Page> {
	const page = await browser.newPage({ viewport: VIEWPORT });
	page.setDefaultTimeout(TIMEOUT_MS);
	page.on('dialog', (dialog) => void dialog.accept());
	return page;
}
