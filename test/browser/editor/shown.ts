import type { Locator } from 'playwright-core';

/** How long n8n may take to draw what a click calls up. */
const DRAW_MS = 1_500;

/** Whether something shows up after a click; false when the click had no effect. */
export async function isShown(locator: Locator): Promise<boolean> {
	return await locator.waitFor({ timeout: DRAW_MS }).then(
		() => true,
		() => false,
	);
}
