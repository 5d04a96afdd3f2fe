import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import type { Page } from 'playwright-core';

/** Saves screenshots of a page as PNGs in a folder, for people to look at. */
export class Pictures {
	constructor(
		private readonly page: Page,
		private readonly folder: string,
	) {}

	/** Takes a screenshot; the name may be any text. */
	async take(name: string): Promise<void> {
		await mkdir(this.folder, { recursive: true });
		const file = name.replace(/[^\w.-]+/g, '-').slice(0, 100);
		// Moving the mouse away dismisses the tooltips it triggered.
		await this.page.screenshot({ path: join(this.folder, `${file}.png`), animations: 'disabled' });
	}
}
