import type { Locator, Page } from 'playwright-core';

import { isShown } from './shown';

/** A name that no node has. */
const NOWHERE = '¤¤¤';

/** The sections of an app's entry. */
type Kind = 'Triggers' | 'Actions';

/** The panel for searching and adding nodes. */
export class NodeCreator {
	private readonly panel: Locator;
	private readonly box: Locator;

	constructor(page: Page) {
		this.panel = page.getByTestId('node-creator');
		this.box = page.getByTestId('node-creator-search-bar');
	}

	/** Searches for a text and returns the names found, best first. Throws if nothing is found. */
	async search(text: string): Promise<string[]> {
		// n8n debounces the search: without this, the list might still be the previous one.
		await this.box.fill(NOWHERE);
		await this.panel.getByTestId('node-creator-no-results').waitFor();
		await this.box.fill(text);
		await this.names().first().waitFor();
		return await this.names().allInnerTexts();
	}

	/** Opens an entry, or adds its node to the canvas. */
	async choose(name: string): Promise<void> {
		await this.named(name).click();
	}

	/** Lists "Triggers" or "Actions" in an app's open entry; `one` is a name known to be there. */
	async list(kind: Kind, one: string): Promise<string[]> {
		await this.expand(kind, one);
		const names = await this.allNames();
		return names.filter((name) => name.startsWith('On ') === (kind === 'Triggers'));
	}

	/** Adds a node with one of its actions or events to the canvas. */
	async add(entry: string, kind: Kind, name: string): Promise<void> {
		await this.search(entry);
		await this.choose(entry);
		await this.expand(kind, name);
		await this.choose(name);
	}

	/** Expands the section with this name if n8n has not: which one is open depends on the canvas. */
	private async expand(kind: Kind, name: string): Promise<void> {
		const category = this.panel.getByTestId('node-creator-category-item').filter({ hasText: kind });
		await category.waitFor();
		for (let attempt = 0; attempt < 3; attempt++) {
			if (await isShown(this.named(name))) return;
			await category.click();
		}
		await this.named(name).waitFor();
	}

	/** n8n renders a long list a few entries per frame: it is complete once two reads agree. */
	private async allNames(): Promise<string[]> {
		let before: string[] = [];
		for (;;) {
			const names = await this.names().allInnerTexts();
			if (names.length > 0 && names.length === before.length) return names;
			before = names;
			await this.names().page().waitForTimeout(250);
		}
	}

	private named(name: string): Locator {
		return this.names().getByText(name, { exact: true }).first();
	}

	private names(): Locator {
		return this.panel.getByTestId('node-creator-item-name');
	}
}
