import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import type { Page } from 'playwright-core';

/** Keeps what a page shows as PNGs in a folder, for looking at. */
export class Pictures {
	constructor(
		private readonly page: Page,
		private readonly folder: string,
	) {}

	/** Takes one; the name may be any text. */
	async take(name: string): Promise<void> {
		await mkdir(this.folder, { recursive: true });
		const file = name.replace(/[^\w.-]+/g, '-').slice(0, 100);
		// The mouse leaves behind the hints that it has called up.
		await this.page.screenshot({ path: join(this.folder, `${file}.png`), animations: 'disabled' });
	}
}
