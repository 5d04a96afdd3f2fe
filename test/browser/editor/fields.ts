import type { Locator, Page } from 'playwright-core';

import { isShown } from './shown';

const OPTION = '.el-select-dropdown__item:visible';
/** The red icon next to an invalid field. */
const ISSUES = '[class*=parameter-issues]';

/** The properties of a page element that are read here; widths in pixels. */
interface DrawnText {
	innerText: string;
	scrollWidth: number;
	clientWidth: number;
}

/** The fields of a node's form, found by their visible labels. */
export class Fields {
	private readonly form: Locator;

	constructor(private readonly page: Page) {
		this.form = page.getByTestId('node-parameters');
	}

	/** All labels in the form, from top to bottom, including those of added options. */
	async labels(): Promise<string[]> {
		// n8n's "Settings" tab is always there.
		const labels = this.form
			.getByTestId('input-label')
			.locator('label:not([role=radio])')
			.filter({ visible: true });
		const texts = await labels.allInnerTexts();
		return texts.map((text) => text.split('\n')[0]!.trim());
	}

	/** Labels that do not fit, so n8n truncates them. */
	async cutOff(): Promise<string[]> {
		const texts = this.form.getByTestId('input-label').locator('label *');
		return await texts.evaluateAll((elements: DrawnText[]) =>
			elements
				.filter(({ scrollWidth, clientWidth }) => clientWidth > 0 && scrollWidth > clientWidth)
				.map(({ innerText }) => innerText.trim()),
		);
	}

	/** Labels of the fields marked red. */
	async red(): Promise<string[]> {
		const red = this.form.getByTestId('parameter-item').filter({ has: this.page.locator(ISSUES) });
		const labels = await red
			.getByTestId('input-label')
			.locator('label:not([role=radio])')
			.allInnerTexts();
		return labels.map((text) => text.split('\n')[0]!.trim());
	}

	/** A field with its label, including inside Filters or Options. */
	field(label: string): Locator {
		return this.labelled(label).last();
	}

	/** The entries of a dropdown, which is closed again afterwards. */
	async choices(label: string): Promise<string[]> {
		await this.openDropdown(label);
		const texts = await this.page.locator(OPTION).allInnerTexts();
		await this.closeDropdown(label);
		// An entry's second line is its description.
		return texts.map((text) => text.split('\n')[0]!.trim());
	}

	/** Waits until a dropdown loaded from the service has a matching entry. */
	async offers(label: string, entry: RegExp): Promise<void> {
		await this.openDropdown(label);
		await this.page.locator(OPTION).filter({ hasText: entry }).first().waitFor();
		await this.closeDropdown(label);
	}

	/** Selects an entry in a dropdown. */
	async choose(label: string, entry: string): Promise<void> {
		await this.openDropdown(label);
		await this.page.locator(OPTION).getByText(entry, { exact: true }).first().click();
		await this.dropdownClosed();
	}

	/** Types into a text field. */
	async write(label: string, text: string): Promise<void> {
		await this.field(label).locator('input').last().fill(text);
	}

	/** Toggles a switch. */
	async toggle(label: string): Promise<void> {
		await this.field(label)
			.getByRole('switch')
			.or(this.field(label).locator('.el-switch'))
			.first()
			.click();
	}

	/** Waits until the field is marked red. */
	async isRed(label: string): Promise<void> {
		await this.field(label).locator(ISSUES).first().waitFor();
	}

	/** Waits until the tooltip of the field's red icon says this. */
	async says(label: string, words: string): Promise<void> {
		await this.field(label).locator(ISSUES).hover();
		// n8n 2 renders the tooltip twice, once for screen readers only.
		await this.page.getByText(words).filter({ visible: true }).first().waitFor();
	}

	/** Scrolls to the end of a long form. */
	async scrollToEnd(): Promise<void> {
		const items = this.form.getByTestId('parameter-item').filter({ visible: true });
		await items.last().scrollIntoViewIfNeeded();
	}

	/** Types an expression into a text field, and waits until n8n shows a matching result. */
	async writeExpression(label: string, expression: string, result: string): Promise<void> {
		const field = this.field(label);
		await field.hover();
		await field.getByTestId('radio-button-expression').click();
		await field.locator('.cm-content').click();
		await this.page.keyboard.press('Control+A');
		await this.page.keyboard.insertText(expression);
		await field.getByText(result).first().waitFor();
	}

	/** Adds an option to a collection. */
	async add(collection: string, button: string, option: string): Promise<void> {
		await this.dropdownClosed();
		await this.adder(collection, button).first().click();
		const entry = this.page.locator(OPTION).getByText(option, { exact: true });
		const added = this.field(option);
		// n8n 2 adds the only possible option right away.
		await entry.or(added).first().waitFor();
		if (await entry.isVisible()) await entry.click();
		await added.waitFor();
	}

	/** Adds an entry to a list; from then on, a label in it refers to the new entry's field. */
	async addEntry(button: string, label: string): Promise<void> {
		const count = await this.labelled(label).count();
		await this.form.getByRole('button', { name: button }).click();
		await this.labelled(label).nth(count).waitFor();
	}

	/** Types JSON into a field of a form described by the service. */
	async writeJson(label: string, json: string): Promise<void> {
		await this.field(label).locator('.cm-content').first().click();
		await this.page.keyboard.press('Control+A');
		await this.page.keyboard.insertText(json);
	}

	private labelled(label: string): Locator {
		const title = this.page.getByTestId('input-label').getByText(label, { exact: true });
		return this.form.getByTestId('parameter-item').filter({ has: title });
	}

	private adder(collection: string, button: string): Locator {
		const field = this.field(collection);
		return field.getByPlaceholder(button).or(field.getByRole('button', { name: button }));
	}

	private async closeDropdown(label: string): Promise<void> {
		await this.field(label).getByTestId('input-label').first().click();
		await this.dropdownClosed();
	}

	/** The previous one takes a moment to fade out. */
	private async dropdownClosed(): Promise<void> {
		await this.page.locator(OPTION).first().waitFor({ state: 'hidden' });
	}

	private async openDropdown(label: string): Promise<void> {
		await this.dropdownClosed();
		const select = this.field(label).locator('.el-select').last();
		for (let attempt = 0; attempt < 3; attempt++) {
			// While the entries are loading, a click does nothing.
			await select.locator('input:enabled').first().waitFor({ state: 'attached' });
			await select.click();
			if (await isShown(this.page.locator(OPTION).first())) return;
		}
		await this.page.locator(OPTION).first().waitFor();
	}
}
