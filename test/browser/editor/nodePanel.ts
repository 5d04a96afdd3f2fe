import type { Locator, Page } from 'playwright-core';

/** The result of a manual step: the number of items, or the error and what to do about it. */
export interface StepResult {
	items: number;
	error?: { message: string; advice: string };
}

/** A node's form with its input and output. */
export class NodePanel {
	readonly parameters: Locator;
	readonly output: Locator;

	constructor(private readonly page: Page) {
		this.parameters = page.getByTestId('node-parameters');
		this.output = page.getByTestId('output-panel');
	}

	async isOpen(): Promise<void> {
		await this.parameters.waitFor();
	}

	async close(): Promise<void> {
		const button = this.page.getByTestId('ndv-close-button');
		await button.or(this.page.getByText('Back to canvas')).first().click();
		await this.parameters.waitFor({ state: 'hidden' });
	}

	/** "Execute step", or a trigger's "Fetch Test Event". */
	async execute(): Promise<StepResult> {
		const button = this.page.getByTestId('node-execute-button').first();
		await button.click();
		const error = this.output.getByTestId('node-error-message');
		const success = this.output.getByTestId('node-run-status-success');
		await success.or(error).first().waitFor();
		await button.getByText(/\w/).waitFor();
		if (await error.isVisible()) {
			const message = await error.innerText();
			const advice = await this.output.getByTestId('node-error-description').innerText();
			return { items: 0, error: { message, advice } };
		}
		const count = await this.output.getByTestId('ndv-items-count').innerText();
		return { items: Number(count.split(' ')[0]) };
	}

	/** Drags an input field into a parameter. */
	async map(field: string, target: Locator): Promise<void> {
		const pill = this.page
			.getByTestId('ndv-input-panel')
			.getByTestId('run-data-schema-node-name')
			.getByText(field, { exact: true })
			.first();
		const from = await middleOf(pill);
		const to = await middleOf(target);
		const { mouse } = this.page;
		await mouse.move(from.x, from.y);
		await mouse.down();
		// n8n recognizes a drag only after a small movement.
		await mouse.move(from.x + 30, from.y + 15, { steps: 5 });
		await mouse.move(to.x, to.y, { steps: 10 });
		await mouse.up();
	}
}

async function middleOf(locator: Locator): Promise<{ x: number; y: number }> {
	await locator.scrollIntoViewIfNeeded();
	const box = await locator.boundingBox();
	if (!box) throw new Error(`${locator.toString()} is not in sight.`);
	return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}
