import type { Locator, Page } from 'playwright-core';

import { until } from '../../../tools/n8n/until';

const DRAW_MS = 30_000;

/** A workflow's "Executions" tab. */
export class Executions {
	constructor(private readonly page: Page) {}

	async open(): Promise<void> {
		await this.page.getByTestId('radio-button-executions').click();
		await this.page.getByTestId('executions-sidebar').waitFor();
	}

	/** Waits until the list shows that it succeeded, and opens it. */
	async showSucceeded(id: string): Promise<void> {
		await this.card(id).locator('[data-test-execution-status=success]').waitFor();
		await this.card(id).click();
		await this.page.getByTestId(`execution-preview-details-${id}`).waitFor();
		const spinners = this.page.locator('[class*=spinner]').filter({ visible: true });
		await until(DRAW_MS, 'The execution was not drawn', async () => (await spinners.count()) === 0);
	}

	private card(id: string): Locator {
		return this.page.getByTestId(`execution-details-${id}`);
	}
}
