import type { Locator, Page } from 'playwright-core';

import { until } from '../../../tools/n8n/until';

const SHOW_MS = 10_000;
const TAKEN_MS = 1_500;

/**
 * A field that takes a job, file or pipeline from a list, by ID, or from the input: `name` is the
 * parameter's. In a list of entries that each have one, it is the last entry's.
 */
export class LocatorField {
	readonly field: Locator;
	private readonly items: Locator;

	constructor(
		private readonly page: Page,
		name: string,
	) {
		this.field = page.getByTestId(`resource-locator-${name}`).last();
		this.items = page.getByTestId('rlc-item').filter({ visible: true });
	}

	get input(): Locator {
		return this.field.getByTestId('rlc-input');
	}

	/** Opens the list and waits for its first entry, or for the reason there is none. */
	async open(): Promise<void> {
		await this.input.click();
		await this.items.or(this.page.getByTestId('rlc-error-container')).first().waitFor();
	}

	async entries(): Promise<string[]> {
		return (await this.items.allInnerTexts()).map((text) => text.trim());
	}

	/** Scrolls to the end of the list until it has more than this many entries. */
	async scrollPast(count: number): Promise<void> {
		await this.items.first().hover();
		await this.page.mouse.wheel(0, 100_000);
		await this.items.nth(count).waitFor({ state: 'attached' });
	}

	/** Types into the list's search box. */
	async search(text: string): Promise<void> {
		const box = this.page.getByTestId('rlc-search').filter({ visible: true });
		await box.locator('input').or(box).last().fill(text);
	}

	/** Waits for an entry that starts with this and selects it. */
	async take(start: string): Promise<void> {
		await this.items.filter({ hasText: start }).first().click();
		await this.items.first().waitFor({ state: 'hidden' });
	}

	/** Waits until the selected job is shown like this. */
	async shows(label: RegExp): Promise<void> {
		const input = this.input.locator('input').or(this.input).first();
		await until(SHOW_MS, `The job is not shown as ${label}`, async () =>
			label.test(await input.inputValue()),
		);
	}

	/** Chooses "By ID" and types one. */
	async typeId(id: string): Promise<void> {
		await this.field.getByTestId('rlc-mode-selector').click();
		await this.page.locator('.el-select-dropdown__item:visible').getByText('By ID').click();
		const input = this.input.locator('input').or(this.input).last();
		await input.fill(id);
		await input.press('Tab');
		// n8n picks up what was typed a moment later, without any visible sign.
		await this.page.waitForTimeout(TAKEN_MS);
	}

	/** Waits until the list says this instead of entries. */
	async says(words: string): Promise<void> {
		await this.page.getByTestId('rlc-error-container').getByText(words).waitFor();
	}
}
