import type { Locator } from 'playwright-core';

/** How long n8n may take to render after a click. */
const DRAW_MS = 1_500;

/** Whether something appears after a click; false if the click had no effect. */
export async function isShown(locator: Locator): Promise<boolean> {
	return await locator.waitFor({ timeout: DRAW_MS }).then(
		() => true,
		() => false,
	);
}
