import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chromium, type Page } from 'playwright-core';
import type { Sandbox } from '../../../sandbox';
import { call, start, type JobRow } from './support';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const originOf = (sandbox: Sandbox) => new URL(sandbox.url).origin;

test('the page lets only its own script run, and is in no frame', async () => {
	const sandbox = await start();
	const reply = await fetch(originOf(sandbox));
	expect(reply.status).toBe(200);
	const policy = reply.headers.get('content-security-policy')!;
	expect(policy).toContain("default-src 'none'");
	expect(policy).toContain("frame-ancestors 'none'");
	expect(policy).not.toContain('unsafe-inline');
	expect(await reply.text()).not.toContain(sandbox.apiKey);
});

test('its jobs come from the steering, which web pages do not reach', async () => {
	const sandbox = await start();
	sandbox.steer.seed({ count: 60 });
	const url = `${originOf(sandbox)}/_sandbox/jobs`;
	const { total, jobs } = (await (await fetch(url)).json()) as { total: number; jobs: JobRow[] };
	expect([total, jobs.length]).toEqual([60, 50]);
	expect((await fetch(url, { headers: { origin: 'https://evil.example' } })).status).toBe(403);
});

const inBrowser = existsSync(CHROMIUM) || process.env.CI ? test : test.skip;

/** Opens a page of another origin, as any site that the user visits, and hands it over. */
async function onOtherSite(work: (page: Page) => Promise<void>) {
	const site = createServer((_request, reply) => reply.end('<!doctype html><title>x</title>'));
	await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
	const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
	try {
		const page = await browser.newPage();
		await page.goto(`http://localhost:${(site.address() as AddressInfo).port}`);
		await work(page);
	} finally {
		await browser.close();
		site.close();
	}
}

inBrowser('H11: a page of another site sends what it can, and nothing happens', async () => {
	const sandbox = await start();
	sandbox.steer.seed({ count: 3 });
	await onOtherSite(async (page) => {
		const url = `${originOf(sandbox)}/_sandbox/reset`;
		const bodies = ['{}', new URLSearchParams({ only: 'jobs' }).toString(), ''];
		const types = ['text/plain', 'application/x-www-form-urlencoded', 'application/json'];
		for (const type of types) {
			for (const body of bodies) {
				for (const mode of ['no-cors', 'cors'] as const) {
					const request = { method: 'POST', mode, body, headers: { 'Content-Type': type } };
					await page.evaluate(
						([to, init]) =>
							fetch(to, init).then(
								() => {},
								() => {},
							),
						[url, request] as const,
					);
				}
			}
		}
		const read = await page.evaluate(
			(from) =>
				fetch(from)
					.then((reply) => reply.text())
					.catch(() => 'refused'),
			`${originOf(sandbox)}/_sandbox/requests`,
		);
		expect(read).toBe('refused');
		await page.setContent(`<form method="post" action="${url}"><button>Go</button></form>`);
		await page.getByRole('button').click();
		await page.getByText('origin_not_allowed').waitFor();
	});
	expect((await call<{ total: number }>(sandbox, '/batch/jobs')).body.total).toBe(3);
});

inBrowser('a job is watched and steered by hand, and its name is no markup', async () => {
	const sandbox = await start();
	const name = '<img src=x onerror="document.title=1">';
	const [id] = sandbox.steer.seed({ status: 'RUNNING', name }).ids;
	const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
	try {
		const page = await browser.newPage();
		const errors: string[] = [];
		page.on('pageerror', (error) => errors.push(error.message));
		page.on('console', (line) => line.type() === 'error' && errors.push(line.text()));
		await page.goto(originOf(sandbox));
		await page.getByText(`${name}-1`).waitFor();
		expect(await page.locator('img').count()).toBe(0);
		await page.getByLabel(`Status of ${id}`).selectOption('COMPLETED');
		await page.getByText('1 of 1').waitFor();
		const { body } = await call<JobRow>(sandbox, `/batch/jobs/${id}`);
		expect(body.status).toBe('COMPLETED');
		await page.getByRole('button', { name: 'Add a running job' }).click();
		await page.getByText('2 jobs').waitFor();
		expect(errors.filter((error) => !error.includes('favicon'))).toEqual([]);
		expect(await page.title()).toBe('Archetype AI sandbox');
	} finally {
		await browser.close();
	}
});
