import type { Page } from 'playwright-core';

/** "Publish" (2.x) or the "Active" switch (1.x), and what n8n says about it. */
export class Publication {
	constructor(private readonly page: Page) {}

	/** Opens the dialog in n8n 2, or saves and activates the workflow in n8n 1. */
	async begin(): Promise<void> {
		const button = this.page.getByTestId('workflow-open-publish-modal-button');
		const switchOn = this.page.getByTestId('workflow-activate-switch');
		await button.or(switchOn).first().waitFor();
		if (await button.isVisible()) {
			await button.click();
			await this.page.getByTestId('workflow-publish-button').waitFor();
		} else {
			await this.page
				.getByTestId('workflow-save-button')
				.getByText('Save', { exact: true })
				.click();
			await this.page.getByTestId('workflow-save-button').getByText('Saved').waitFor();
			await switchOn.click();
		}
	}

	/** Confirms n8n 2's dialog, and waits until n8n says that the workflow is active. */
	async finish(): Promise<void> {
		const confirm = this.page.getByTestId('workflow-publish-button');
		if (await confirm.isVisible()) await confirm.click();
		await this.page.getByTestId('activation-modal').waitFor();
	}

	/** Dismisses n8n's message about it, and the checklist behind that. */
	async understood(): Promise<void> {
		await this.page.getByRole('button', { name: 'Got it' }).click();
		await this.page.getByTestId('activation-modal').waitFor({ state: 'hidden' });
		const advice = this.page.getByText('Production Checklist');
		if (!(await advice.isVisible())) return;
		await this.page.keyboard.press('Escape');
		await advice.waitFor({ state: 'hidden' });
	}
}
