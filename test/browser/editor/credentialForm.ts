import type { Locator, Page } from 'playwright-core';

/** A credential's form. */
export class CredentialForm {
	readonly form: Locator;

	constructor(private readonly page: Page) {
		this.form = page.getByTestId('editCredential-modal');
	}

	/** Opens it from a node that has no credential yet. */
	async create(): Promise<void> {
		// n8n 2 shows a button if there is none to choose from.
		const button = this.page.getByTestId('node-credentials-empty-state').getByRole('button');
		const list = this.page.getByTestId('node-credentials-select');
		await button.or(list).first().waitFor();
		if (await button.isVisible()) {
			await button.click();
		} else {
			await list.click();
			await this.page.getByTestId('node-credentials-select-item-new').click();
		}
		// n8n fetches a name from its server, and refuses to save without one.
		const name = this.form.getByTestId('inline-edit-preview').filter({ hasText: /\w/ });
		await name.first().waitFor({ state: 'attached' });
	}

	/** The fields' labels, with an asterisk for required ones: `API Key *`. */
	async labels(): Promise<string[]> {
		const labels = this.form.getByTestId('credential-connection-parameter').locator('label');
		const texts = await labels.allInnerTexts();
		return texts.map((text) => text.split('\n')[0]!.trim());
	}

	async fill(label: string, value: string): Promise<void> {
		const field = this.form
			.getByTestId('credential-connection-parameter')
			.filter({ has: this.page.locator('label', { hasText: new RegExp(`^\\s*${label}`) }) });
		await field.locator('input').fill(value);
	}

	/** Saves, which also runs the test. */
	async save(): Promise<void> {
		await this.form.getByRole('button', { name: 'Save', exact: true }).click();
	}

	/** Waits until the form says this; n8n hides test results behind "More details". */
	async says(words: string): Promise<void> {
		const details = this.form.getByText('More details');
		const text = this.form.getByText(words);
		await details.or(text).first().waitFor();
		if (await details.isVisible()) await details.click();
		await text.waitFor();
	}

	/** Waits until the test has passed, and closes the form if n8n has not. */
	async succeeds(): Promise<void> {
		const success = this.form.getByTestId('credentials-config-container-test-success');
		const isClosed = this.form.waitFor({ state: 'hidden' }).then(() => true);
		const isOpen = success.waitFor().then(() => false);
		const closed = await Promise.race([isClosed, isOpen.catch(() => isClosed)]);
		if (!closed) await this.close();
		await isClosed;
	}

	async close(): Promise<void> {
		await this.form.getByRole('button', { name: /close/i }).first().click();
		await this.form.waitFor({ state: 'hidden' });
	}
}
