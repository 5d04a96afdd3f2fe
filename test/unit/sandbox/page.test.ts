import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chromium, type Page } from 'playwright-core';
import type { Sandbox } from '../../../sandbox';
import { namedFaults } from '../../../sandbox/page/named-faults';
import { call, outputsOf, start, type JobRow } from './support';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
/** For a delayed reply. */
const SOON_MS = 300;

interface Shown {
	jobs: { total: number; rows: JobRow[] };
	faults: { choices: object; on: object[] };
}

const originOf = (sandbox: Sandbox) => new URL(sandbox.url).origin;
const pageOf = async (sandbox: Sandbox) =>
	(await (await fetch(`${originOf(sandbox)}/_sandbox/page`)).json()) as Shown;

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
	const url = `${originOf(sandbox)}/_sandbox/page`;
	const { jobs } = await pageOf(sandbox);
	expect([jobs.total, jobs.rows.length]).toEqual([60, 50]);
	expect((await fetch(url, { headers: { origin: 'https://evil.example' } })).status).toBe(403);
});

test('what it shows of a job has no links', async () => {
	const sandbox = await start();
	const [id] = sandbox.steer.seed({ status: 'COMPLETED', inputs: 130, outputs: 2 }).ids;
	const text = await (await fetch(`${originOf(sandbox)}/_sandbox/page/jobs/${id}`)).text();
	expect(JSON.parse(text)).toMatchObject({ inputs: { total: 132 }, outputs: { total: 2 } });
	expect((JSON.parse(text) as { inputs: { rows: object[] } }).inputs.rows).toHaveLength(100);
	expect(text).not.toMatch(/https?:|X-Amz/i);
});

test.each(Object.entries(namedFaults))(
	'the fault "%s" is on until it is taken back',
	async (name, request) => {
		const sandbox = await start();
		const { id } = sandbox.steer.faults(request)[0]!;
		const { faults } = await pageOf(sandbox);
		expect(faults).toEqual({ choices: namedFaults, on: [{ id, name, struck: 0 }] });
		const taken = await fetch(`${originOf(sandbox)}/_sandbox/faults/${id}`, { method: 'DELETE' });
		expect(await taken.json()).toEqual({ id, deleted: true });
		expect((await pageOf(sandbox)).faults.on).toEqual([]);
		const again = await fetch(`${originOf(sandbox)}/_sandbox/faults/${id}`, { method: 'DELETE' });
		expect(again.status).toBe(404);
	},
);

test.each(Object.entries(namedFaults))('the fault "%s" strikes', async (_name, request) => {
	const sandbox = await start();
	const [id] = sandbox.steer.seed({ status: 'COMPLETED' }).ids;
	const [output] = await outputsOf(sandbox, id!);
	sandbox.steer.faults(request);
	const headers = { authorization: `Bearer ${sandbox.apiKey}` };
	const ask = (url: string, init: RequestInit = {}) =>
		fetch(url, { ...init, signal: AbortSignal.timeout(SOON_MS) }).catch(() => undefined);
	await ask(`${sandbox.url}/batch/jobs`, { headers });
	await ask(`${sandbox.url}/batch/jobs/${id}/outputs`, { headers });
	await ask(output!.data.ref);
	expect(sandbox.steer.faults()[0]!.struck).toBeGreaterThan(0);
});

test('other faults go by what they do and where, as long as they strike', async () => {
	const sandbox = await start();
	sandbox.steer.faults({ kind: 'reset', path: '/batch/*' });
	expect((await pageOf(sandbox)).faults.on).toMatchObject([
		{ name: 'reset: every method of /batch/* (api)' },
	]);
	await expect(call(sandbox, '/batch/jobs')).rejects.toThrow();
	expect((await pageOf(sandbox)).faults.on).toEqual([]);
});

const inBrowser = existsSync(CHROMIUM) || process.env.CI ? test : test.skip;

/** Opens a page of another origin, like any site the user visits, and returns it. */
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
