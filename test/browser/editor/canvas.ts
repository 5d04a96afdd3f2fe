import type { Locator, Page } from 'playwright-core';

/** A workflow as the editor draws it. */
export class Canvas {
	constructor(private readonly page: Page) {}

	/** Opens an empty workflow. */
	async openNew(url: string): Promise<void> {
		await this.page.goto(`${url}/workflow/new`);
		await this.page.getByTestId('canvas-add-button').waitFor();
	}

	/** Opens a saved workflow. */
	async openSaved(url: string, id: string): Promise<void> {
		await this.page.goto(`${url}/workflow/${id}`);
		await this.page.getByTestId('canvas-node').first().waitFor();
	}

	/** "Add first step…" of an empty canvas. */
	async addFirst(): Promise<void> {
		await this.page.getByTestId('canvas-add-button').click();
	}

	/** The + in the corner: adds after the selected node. */
	async addAnywhere(): Promise<void> {
		await this.page.getByTestId('node-creator-plus-button').click();
	}

	/** The + after a node. */
	async addAfter(name: string): Promise<void> {
		await this.node(name).getByTestId('canvas-handle-plus').first().click();
	}

	/** The + for an agent's tools. */
	async addTool(): Promise<void> {
		await this.page.getByTestId('add-subnode-ai_tool-0').click();
	}

	node(name: string): Locator {
		return this.page.locator(`[data-test-id=canvas-node][data-node-name="${name}"]`);
	}

	/** Opens a node's form. */
	async open(name: string): Promise<void> {
		await this.node(name).dblclick();
	}

	/** Renames the workflow. */
	async rename(name: string): Promise<void> {
		const title = this.page.getByTestId('workflow-name-input');
		await title.click();
		await title.getByTestId('inline-edit-input').fill(name);
		await this.page.keyboard.press('Enter');
	}

	/** Zooms to fit all nodes. */
	async fit(): Promise<void> {
		await this.page.getByTestId('zoom-to-fit').click();
	}
}
