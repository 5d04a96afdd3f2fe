import type { Locator, Page } from 'playwright-core';

import { isShown } from './shown';

/** What no node is called. */
const NOWHERE = '¤¤¤';

/** What an app's entry holds. */
type Kind = 'Triggers' | 'Actions';

/** The panel that nodes are searched and added with. */
export class NodeCreator {
	private readonly panel: Locator;
	private readonly box: Locator;

	constructor(page: Page) {
		this.panel = page.getByTestId('node-creator');
		this.box = page.getByTestId('node-creator-search-bar');
	}

	/** Searches for a text and returns the names found, best first. Throws when nothing is found. */
	async search(text: string): Promise<string[]> {
		// n8n waits a moment before it searches: without this, the list might still be the one before.
		await this.box.fill(NOWHERE);
		await this.panel.getByTestId('node-creator-no-results').waitFor();
		await this.box.fill(text);
		await this.names().first().waitFor();
		return await this.names().allInnerTexts();
	}

	/** Opens an entry, or adds what it stands for to the canvas. */
	async choose(name: string): Promise<void> {
		await this.named(name).click();
	}

	/** Of an app's entry that is open: what is under "Triggers" or "Actions", `one` of which is known. */
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

	/** Opens the list that a name is in, unless n8n has opened it: which one depends on the canvas. */
	private async expand(kind: Kind, name: string): Promise<void> {
		const category = this.panel.getByTestId('node-creator-category-item').filter({ hasText: kind });
		await category.waitFor();
		for (let attempt = 0; attempt < 3; attempt++) {
			if (await isShown(this.named(name))) return;
			await category.click();
		}
		await this.named(name).waitFor();
	}

	/** n8n draws a long list a few entries a frame: it is all there once two looks in a row agree. */
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
