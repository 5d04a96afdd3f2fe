import type { Page } from 'playwright-core';

import type { Owner } from '../../../tools/n8n/client';

const SETUP = /\/setup/;
const SIGN_IN = /\/signin/;

/** Opens a new n8n, whose first page sets up the owner account. */
export async function openSetUp(page: Page, url: string): Promise<void> {
	await page.goto(url);
	await page.waitForURL(SETUP);
	await page.locator('input[name=email]').waitFor();
}

/** Fills in that page. n8n requires a digit and a capital letter in the password. */
export async function setUp(page: Page, { email, password }: Owner): Promise<void> {
	await fill(page, { email, firstName: 'Ada', lastName: 'Owner', password });
	await submit(page, SETUP);
}

export async function signIn(page: Page, url: string, { email, password }: Owner): Promise<void> {
	await page.goto(`${url}/signin`);
	await fill(page, { emailOrLdapLoginId: email, password });
	await submit(page, SIGN_IN);
}

async function fill(page: Page, values: Record<string, string>): Promise<void> {
	for (const [name, value] of Object.entries(values)) {
		await page.locator(`input[name=${name}]`).fill(value);
	}
}

async function submit(page: Page, from: RegExp): Promise<void> {
	await page.getByTestId('form-submit-button').click();
	await page.waitForURL((url) => !from.test(url.pathname));
}
