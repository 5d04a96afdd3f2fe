import type { Page } from 'playwright-core';

import { Canvas } from './canvas';
import { CredentialForm } from './credentialForm';
import { Executions } from './executions';
import { Fields } from './fields';
import { LocatorField } from './locatorField';
import { NodeCreator } from './nodeCreator';
import { NodePanel } from './nodePanel';
import { Publication } from './publication';

/** n8n's editor in a browser tab, for both 1.123 and 2.41. */
export class Editor {
	readonly canvas: Canvas;
	readonly creator: NodeCreator;
	readonly credential: CredentialForm;
	readonly panel: NodePanel;
	readonly fields: Fields;
	readonly publication: Publication;
	readonly executions: Executions;

	constructor(readonly page: Page) {
		this.canvas = new Canvas(page);
		this.creator = new NodeCreator(page);
		this.credential = new CredentialForm(page);
		this.panel = new NodePanel(page);
		this.fields = new Fields(page);
		this.publication = new Publication(page);
		this.executions = new Executions(page);
	}

	/** The field of a resource locator parameter. */
	readonly locator = (name: string): LocatorField => new LocatorField(this.page, name);

	/** Closes n8n's notifications, and leaves no tooltip under the mouse. */
	async withoutMessages(): Promise<void> {
		const messages = this.page.locator('.el-notification');
		while ((await messages.count()) > 0) {
			const message = this.page.locator(`#${await messages.first().getAttribute('id')}`);
			await message.locator('.el-notification__closeBtn').click();
			await message.waitFor({ state: 'detached' });
		}
		await this.page.mouse.move(0, 0);
	}
}
