import type { Locator, Page } from 'playwright-core';

const OPTION = '.el-select-dropdown__item:visible';

/** The part of an element of a page that is read here; widths in pixels. */
interface DrawnText {
	innerText: string;
	scrollWidth: number;
	clientWidth: number;
}

/** The fields of a node's form, found by the label that a person reads. */
export class Fields {
	private readonly form: Locator;

	constructor(private readonly page: Page) {
		this.form = page.getByTestId('node-parameters');
	}

	/** Every label in the form, from top to bottom, those of added options too. */
	async labels(): Promise<string[]> {
		const labels = this.form.getByTestId('input-label').locator('label');
		const texts = await labels.allInnerTexts();
		return texts.map((text) => text.split('\n')[0]!.trim());
	}

	/** Labels that do not fit, so that n8n cuts them off. */
	async cutOff(): Promise<string[]> {
		const texts = this.form.getByTestId('input-label').locator('label .n8n-text');
		return await texts.evaluateAll((elements: DrawnText[]) =>
			elements
				.filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
				.map(({ innerText }) => innerText.trim()),
		);
	}

	/** Labels of the fields that are red. */
	async red(): Promise<string[]> {
		const red = this.form
			.getByTestId('parameter-item')
			.filter({ has: this.page.locator('.parameter-issues') });
		const labels = await red.getByTestId('input-label').locator('label').allInnerTexts();
		return labels.map((text) => text.split('\n')[0]!.trim());
	}

	/** A field with its label, also one within Filters or Options. */
	field(label: string): Locator {
		const title = this.page.getByTestId('input-label').getByText(label, { exact: true });
		return this.form.getByTestId('parameter-item').filter({ has: title }).last();
	}

	/** What the field shows: a text, or the name of the option that is chosen. */
	async value(label: string): Promise<string> {
		return await this.field(label).locator('input').last().inputValue();
	}

	/** The entries of a dropdown, which is closed again. */
	async choices(label: string): Promise<string[]> {
		await this.openDropdown(label);
		const texts = await this.page.locator(OPTION).allInnerTexts();
		await this.field(label).getByTestId('input-label').first().click();
		await this.page.locator(OPTION).first().waitFor({ state: 'hidden' });
		// The second line of an entry is its description.
		return texts.map((text) => text.split('\n')[0]!.trim());
	}

	/** Chooses an entry of a dropdown. */
	async choose(label: string, entry: string): Promise<void> {
		await this.openDropdown(label);
		await this.page.locator(OPTION).getByText(entry, { exact: true }).first().click();
		await this.page.locator(OPTION).first().waitFor({ state: 'hidden' });
	}

	/** Turns a switch. */
	async toggle(label: string): Promise<void> {
		await this.field(label)
			.getByRole('switch')
			.or(this.field(label).locator('.el-switch'))
			.first()
			.click();
	}

	/** Shows the end of a long form. */
	async scrollToEnd(): Promise<void> {
		await this.form.getByTestId('parameter-item').last().scrollIntoViewIfNeeded();
	}

	/** Writes an expression into a text field, and waits until n8n shows a result like this. */
	async writeExpression(label: string, expression: string, result: string): Promise<void> {
		const field = this.field(label);
		await field.hover();
		await field.getByTestId('radio-button-expression').click();
		await field.locator('.cm-content').click();
		await this.page.keyboard.press('Control+A');
		await this.page.keyboard.insertText(expression);
		await field.getByText(result).first().waitFor();
	}

	/** The entries that the collection's button still has to add, e.g. those of "Add Filter". */
	async addable(collection: string, button: string): Promise<string[]> {
		const adder = this.adder(collection, button);
		if ((await adder.count()) === 0) return [];
		await adder.first().click();
		const texts = await this.page.locator(OPTION).allInnerTexts();
		await this.page.keyboard.press('Escape');
		return texts.map((text) => text.trim());
	}

	/** Adds an option to a collection. */
	async add(collection: string, button: string, option: string): Promise<void> {
		await this.adder(collection, button).first().click();
		const entry = this.page.locator(OPTION).getByText(option, { exact: true });
		const added = this.field(option);
		// n8n 2 adds at once what is the only thing to add.
		await entry.or(added).first().waitFor();
		if (await entry.isVisible()) await entry.click();
		await added.waitFor();
	}

	private adder(collection: string, button: string): Locator {
		const field = this.field(collection);
		return field.getByPlaceholder(button).or(field.getByRole('button', { name: button }));
	}

	private async openDropdown(label: string): Promise<void> {
		await this.field(label).locator('.el-select').last().click();
		await this.page.locator(OPTION).first().waitFor();
	}
}
