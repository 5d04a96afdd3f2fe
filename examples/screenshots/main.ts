import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';

import { chromium, selectors } from 'playwright-core';

import { perform } from '../demo/stage';
import { executionUrl, type Story } from '../demo/story';

const HELP = 'Install Chromium (apt-get install chromium), or set CHROMIUM to the path of yours.';
const VIEWPORT = { width: 1400, height: 820 };
const RENDER_TIMEOUT_MS = 60_000;

const executable = process.env.CHROMIUM ?? '/usr/bin/chromium';
const picture = join(__dirname, 'demo-workflow.png');

void main().then((exitCode) => process.exit(exitCode));

async function main(): Promise<number> {
	if (existsSync(executable)) return await perform(takePicture);
	console.error(`There is no browser at ${executable}. ${HELP}`);
	return 1;
}

/** The demo's execution as the editor shows it, for the README. */
async function takePicture(story: Story): Promise<void> {
	const browser = await chromium.launch({
		executablePath: executable,
		args: [
			'--headless',
			'--no-sandbox',
			'--disable-gpu',
			'--disable-quic',
			'--no-first-run',
			'--disable-background-networking',
			'--disable-component-update',
			'--disable-sync',
		],
	});
	selectors.setTestIdAttribute('data-test-id');
	try {
		const page = await browser.newPage({ viewport: VIEWPORT });
		page.setDefaultTimeout(RENDER_TIMEOUT_MS);
		const { email, password } = story.owner;
		await page.request.post(`${story.n8n.url}/rest/login`, {
			data: { emailOrLdapLoginId: email, password },
		});
		await page.goto(executionUrl(story));
		await page.getByTestId('canvas-node').first().waitFor();
		await page.getByTestId('suggested-actions-close').click();
		await page.getByTestId('zoom-to-fit').click();
		await page.mouse.move(0, 0);
		// The zoom and the closing box are animated.
		await page.waitForTimeout(2000);
		await page.screenshot({ path: picture });
	} finally {
		await browser.close();
	}
	console.log(`Took ${relative(process.cwd(), picture)}`);
}
