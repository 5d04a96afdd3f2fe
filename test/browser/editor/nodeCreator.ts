import type { Locator, Page } from 'playwright-core';

/** What no node is called. */
const NOWHERE = '¤¤¤';

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
		await this.names().getByText(name, { exact: true }).first().click();
	}

	/** Of an app's entry that is open: what is under "Triggers" or "Actions". */
	async list(kind: 'Triggers' | 'Actions'): Promise<string[]> {
		await this.expand(kind);
		const names = await this.names().allInnerTexts();
		const isTrigger = (name: string) => name.startsWith('On ');
		return names.filter((name) => isTrigger(name) === (kind === 'Triggers'));
	}

	/** Opens the list of "Triggers" or "Actions", unless it is. */
	async expand(kind: 'Triggers' | 'Actions'): Promise<void> {
		const category = this.panel.getByTestId('node-creator-category-item').filter({ hasText: kind });
		await category.waitFor();
		const names = this.names().filter({ hasText: kind === 'Triggers' ? /^On / : /^(?!On )/ });
		if ((await names.count()) > 0) return;
		await category.click();
		await names.first().waitFor();
	}

	/** Adds a node with one of its actions or events to the canvas. */
	async add(entry: string, kind: 'Triggers' | 'Actions', name: string): Promise<void> {
		await this.search(entry);
		await this.choose(entry);
		await this.expand(kind);
		await this.choose(name);
	}

	private names(): Locator {
		return this.panel.getByTestId('node-creator-item-name');
	}
}
