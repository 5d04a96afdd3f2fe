// The sandbox's page, used without a mouse: whatever it claims to have done, the API agrees.
import { networkInterfaces } from 'node:os';

import axe, { type AxeResults } from 'axe-core';
import type { Browser, Locator, Page } from 'playwright-core';

import { startSandbox, type Sandbox } from '../../sandbox';
import { findChromium, launchBrowser, newPage, NO_BROWSER } from './editor/browser';

const HOSTILE = '<img src=x onerror="document.title=1">';
/** The page's refresh interval. */
const REFRESH_MS = 2_000;
const MOST_TABS = 100;

/** From here on, the title records that the live region has spoken. */
const SAY_IN_TITLE = `new MutationObserver(() => (document.title = 'spoke')).observe(
	document.querySelector('[role=status]'), { childList: true, characterData: true, subtree: true }
)`;

/** A non-loopback address of this machine, as others see it. */
const address = Object.values(networkInterfaces())
	.flat()
	.find((each) => each?.family === 'IPv4' && !each.internal)?.address;

const withBrowser = findChromium() === undefined && !process.env.CI ? describe.skip : describe;

withBrowser(`the page of the sandbox${findChromium() ? '' : `. ${NO_BROWSER}`}`, () => {
	let browser: Browser;
	let sandbox: Sandbox;
	let page: Page;
	/** Script errors, and violations of the content security policy. */
	let errors: string[];

	beforeAll(async () => {
		browser = await launchBrowser();
	});
	afterAll(() => browser?.close());

	beforeEach(async () => {
		sandbox = await startSandbox();
		page = await newPage(browser);
		await page.clock.install();
		errors = [];
		page.on('pageerror', (error) => errors.push(error.message));
		page.on('console', (line) => line.type() === 'error' && errors.push(line.text()));
	});
	afterEach(async () => {
		await page.close();
		await sandbox.close();
		expect(errors).toEqual([]);
	});

	const refresh = () => page.clock.fastForward(REFRESH_MS);
	const open = () => page.goto(new URL('/', sandbox.url).href);
	const button = (name: string) => page.getByRole('button', { name, exact: true });
	const notice = (text: string) => page.getByRole('status').filter({ hasText: text }).waitFor();
	const ask = (path: string) =>
		fetch(`${sandbox.url}${path}`, { headers: { authorization: `Bearer ${sandbox.apiKey}` } });
	const seed = (name: string) =>
		sandbox.steer.seed({ name, status: 'RUNNING', outputs: 2 }).ids[0]!;
	const hasFocus = async (target: Locator) =>
		(await target.and(page.locator(':focus')).count()) > 0;

	async function tabTo(target: Locator): Promise<void> {
		await target.waitFor();
		for (let tabs = 0; tabs < MOST_TABS; tabs++) {
			if (await hasFocus(target)) return;
			await page.keyboard.press('Tab');
		}
		throw new Error(`The keyboard does not reach ${String(target)}`);
	}

	async function press(name: string, key = 'Enter'): Promise<void> {
		await tabTo(button(name));
		await page.keyboard.press(key);
	}

	test.each([
		['Finish', 'COMPLETED'],
		['Fail', 'FAILED'],
		['Preempt', 'PREEMPTED'],
		['Cancel', 'CANCELLED'],
	])('%s makes a job %s by keyboard', async (move, status) => {
		seed('other');
		const id = seed('pump');
		await open();
		await press(`${move} pump-1`, 'Space');
		await notice(`pump-1 is ${status}.`);
		expect(await (await ask(`/batch/jobs/${id}`)).json()).toMatchObject({ status });
		const { jobs } = (await (await ask('/batch/jobs?status=RUNNING')).json()) as { jobs: object[] };
		expect(jobs).toMatchObject([{ name: 'other-1' }]);
		const shown = page.getByRole('listitem').filter({ hasText: id });
		expect(await shown.locator('.status').textContent()).toBe(status);
		expect(await hasFocus(button(`${move} pump-1`))).toBe(true);
	});

	test('a move that a status does not allow is offered to nobody', async () => {
		const id = seed('pump');
		sandbox.steer.setJobStatus(id, { status: 'COMPLETED' });
		await open();
		await tabTo(button('Fail pump-1'));
		expect(await button('Fail pump-1').getAttribute('aria-disabled')).toBe('true');
		await page.keyboard.press('Enter');
		await press('Add a job');
		await notice('Added a job');
		expect(await (await ask(`/batch/jobs/${id}`)).json()).toMatchObject({ status: 'COMPLETED' });
	});

	test('a fault is switched on and off by keyboard', async () => {
		await open();
		const faults = page.getByLabel('What goes wrong');
		await faults.locator('option').first().waitFor({ state: 'attached' });
		await tabTo(faults);
		await page.keyboard.press('End');
		await page.keyboard.press('Home');
		await press('Switch the fault on');
		await notice('Switched on: The service answers 503.');
		expect((await ask('/batch/jobs')).status).toBe(503);
		await refresh();
		await page.getByText('The service answers 503 (struck 1 time)').waitFor();
		await press('Switch off: The service answers 503');
		await notice('Switched off: The service answers 503.');
		expect((await ask('/batch/jobs')).status).toBe(200);
		await page.getByText('None: all is well.').waitFor();
		expect(await hasFocus(page.getByRole('heading', { name: 'Faults' }))).toBe(true);
	});

	test('a job is added, and the clock moved on, by keyboard', async () => {
		const before = (await sandbox.steer.clock()).now;
		await open();
		await tabTo(page.getByLabel('Name', { exact: true }));
		await page.keyboard.press('Control+A');
		await page.keyboard.type('compressor');
		await page.keyboard.press('Enter');
		await notice('Added a job: compressor.');
		expect(await (await ask('/batch/jobs')).json()).toMatchObject({
			jobs: [{ name: 'compressor-1', status: 'RUNNING' }],
		});
		await tabTo(page.getByLabel('Move on by'));
		await page.keyboard.type('1 hour');
		await press('Move the clock on');
		await notice('The clock is 1 hour further on.');
		const { now } = await sandbox.steer.clock();
		expect(Date.parse(now) - Date.parse(before)).toBeGreaterThanOrEqual(3_600_000);
	});

	test('what comes later leaves the focus, what is open, and the screen reader alone', async () => {
		const id = seed('pump');
		await open();
		await tabTo(page.getByLabel('Inputs and outputs of pump-1'));
		await page.keyboard.press('Enter');
		await page.getByText('Outputs', { exact: true }).waitFor();
		const summary = page.getByLabel('Inputs and outputs of pump-1');
		await page.evaluate(SAY_IN_TITLE);
		seed('later');
		await sandbox.steer.addOutputs(id, [{ filename: 'late.csv', content: 'a\n1\n' }]);
		sandbox.steer.setJobStatus(id, { status: 'COMPLETED' });
		await refresh();
		await page.getByText('late.csv').waitFor();
		expect(await page.locator('#jobs h3').allTextContents()).toEqual(['later-1', 'pump-1']);
		expect(await page.locator('details[open] .outputs').textContent()).toContain('late.csv');
		expect(await page.locator('[data-status=COMPLETED] .counts').textContent()).toBe(
			'1 of 1 input',
		);
		expect(await hasFocus(summary)).toBe(true);
		expect(await page.title()).toBe('Archetype AI sandbox');
		await press('Preempt later-1');
		await notice('later-1 is PREEMPTED.');
		expect(await page.title()).toBe('spoke');
	});

	test('when a job goes that has the focus, the heading of the jobs has it', async () => {
		const id = seed('pump');
		await open();
		await tabTo(button('Finish pump-1'));
		sandbox.steer.deleteJob(id);
		await refresh();
		await button('Finish pump-1').waitFor({ state: 'detached' });
		expect(await hasFocus(page.getByRole('heading', { name: 'Jobs', exact: true }))).toBe(true);
	});

	(address || process.env.CI ? test : test.skip)(
		'from another machine it takes the key',
		async () => {
			const other = await startSandbox({ host: '0.0.0.0' });
			try {
				other.steer.seed({ name: 'pump', status: 'RUNNING' });
				await page.goto(new URL('/', other.url).href.replace('127.0.0.1', address!));
				await notice('From another machine the sandbox is steered with its API key only');
				expect(await page.locator('#jobs > li').count()).toBe(0);
				await tabTo(page.getByLabel('API key of the sandbox'));
				await page.keyboard.type(other.apiKey);
				await page.keyboard.press('Enter');
				await notice('The key is right.');
				await press('Finish pump-1');
				await notice('pump-1 is COMPLETED.');
				errors = errors.filter((error) => !error.includes('401'));
			} finally {
				await other.close();
			}
		},
	);

	test('when the sandbox ends, it says so once', async () => {
		await open();
		await page.getByText('0 jobs').waitFor();
		await sandbox.close();
		await refresh();
		await notice('The sandbox does not answer.');
		await page.evaluate(SAY_IN_TITLE);
		const failed = page.waitForEvent('requestfailed');
		await refresh();
		await failed;
		expect(await page.title()).toBe('Archetype AI sandbox');
		errors = errors.filter((error) => !error.includes('ERR_CONNECTION_REFUSED'));
	});

	/** Everything that has a name, named with markup. */
	async function fill(name: string): Promise<void> {
		const id = seed(name);
		seed('other');
		await sandbox.steer.addOutputs(id, [{ filename: name, content: 'a\n1\n' }]);
		const form = new FormData();
		form.set('file', new Blob(['a\n1\n'], { type: 'text/csv' }), name.replaceAll('"', ''));
		const headers = { authorization: `Bearer ${sandbox.apiKey}` };
		const sent = await fetch(`${sandbox.url}/files`, { method: 'POST', headers, body: form });
		expect(sent.status).toBe(200);
		sandbox.steer.faults({ kind: 'reset', path: name, times: null });
		await open();
		for (const summary of await page.locator('summary').all()) await summary.press('Enter');
		await page.locator('details[open] .outputs').getByText(name).waitFor();
	}

	test('names that are markup stay text', async () => {
		await fill(HOSTILE);
		await page.getByRole('heading', { name: `${HOSTILE}-1` }).waitFor();
		await page.locator('#files').getByText('<img src=x').waitFor();
		await page.locator('#faults').getByText(HOSTILE).waitFor();
		await press(`Finish ${HOSTILE}-1`);
		await notice(`${HOSTILE}-1 is COMPLETED.`);
		expect(await page.locator('img').count()).toBe(0);
		expect(await page.title()).toBe('Archetype AI sandbox');
	});

	test('axe finds nothing wrong: at 320 px and on a desk, in light and in dark colours', async () => {
		sandbox.steer.seed({ name: 'failed', status: 'FAILED' });
		sandbox.steer.seed({ name: 'done', status: 'COMPLETED' });
		await fill('a-name-without-a-blank-that-is-longer-than-a-telephone-is-wide.csv');
		await page.evaluate(axe.source);
		for (const colorScheme of ['light', 'dark'] as const) {
			for (const width of [320, 1280]) {
				await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
				await page.setViewportSize({ width, height: 800 });
				const { violations, passes } = await page.evaluate<AxeResults>('axe.run()');
				const found = violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
				expect(found).toEqual([]);
				expect(passes.map(({ id }) => id)).toContain('color-contrast');
				expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
				expect(await page.evaluate('document.getAnimations().length')).toBe(0);
			}
		}
	});
});
