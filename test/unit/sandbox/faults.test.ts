import { setTimeout as sleep } from 'node:timers/promises';
import type { Sandbox } from '../../../sandbox';
import { outputsOf, start } from './support';

const jobs = (sandbox: Sandbox) =>
	fetch(`${sandbox.url}/batch/jobs`, {
		headers: { authorization: `Bearer ${sandbox.apiKey}` },
		redirect: 'manual',
	});

const causeOf = (error: unknown) => (error as { cause?: { code?: string } }).cause?.code;

test('a status comes with its envelope and Retry-After, once, then all is well', async () => {
	const sandbox = await start();
	sandbox.steer.faults({ kind: 'status', status: 429, retryAfter: 7 });
	const reply = await jobs(sandbox);
	expect([reply.status, reply.headers.get('retry-after')]).toEqual([429, '7']);
	expect(await reply.json()).toMatchObject({ errors: [{ code: 'sandbox_fault' }] });
	expect((await jobs(sandbox)).status).toBe(200);
});

test.each([
	['detail', '{"detail":"busy"}'],
	['error', '{"error":{"code":"sandbox_fault","message":"busy"}}'],
	['empty', ''],
	['html', '<html><head><title>503</title></head><body><h1>busy</h1></body></html>'],
] as const)('the envelope can be %s', async (envelope, body) => {
	const sandbox = await start();
	sandbox.steer.faults({ kind: 'status', status: 503, envelope, message: 'busy' });
	const reply = await jobs(sandbox);
	expect([reply.status, await reply.text()]).toEqual([503, body]);
});

test('a fault waits, strikes as often as configured, and only what it matches', async () => {
	const sandbox = await start();
	const [id] = sandbox.steer.seed().ids;
	sandbox.steer.faults({
		kind: 'status',
		status: 500,
		method: 'get',
		path: '/batch/jobs/*/outputs',
		skip: 1,
		times: 2,
	});
	const get = async (path: string) => {
		const headers = { authorization: `Bearer ${sandbox.apiKey}` };
		return (await fetch(`${sandbox.url}${path}`, { headers })).status;
	};
	const outputs = `/batch/jobs/${id}/outputs?limit=1`;
	expect(await get(`/batch/jobs/${id}`)).toBe(200);
	expect([await get(outputs), await get(outputs), await get(outputs)]).toEqual([200, 500, 500]);
	expect([await get(outputs), await get(`/batch/jobs/${id}/inputs`)]).toEqual([200, 200]);
	expect(sandbox.steer.faults()).toMatchObject([{ kind: 'status', struck: 2 }]);
});

test('without a number of times it goes on until it is cleared', async () => {
	const sandbox = await start();
	sandbox.steer.faults({ kind: 'status', status: 502, times: null });
	for (let i = 0; i < 5; i++) expect((await jobs(sandbox)).status).toBe(502);
	sandbox.steer.reset({ only: ['faults'] });
	expect((await jobs(sandbox)).status).toBe(200);
});

test('a wrong body is sent as configured', async () => {
	const sandbox = await start();
	sandbox.steer.faults([
		{ kind: 'body', body: { total: 3, offset: 0, limit: 10 } },
		{ kind: 'body', body: '{"jobs": [', contentType: 'application/json' },
		{ kind: 'body', body: '<html></html>', contentType: 'text/html' },
	]);
	expect(await (await jobs(sandbox)).json()).toEqual({ total: 3, offset: 0, limit: 10 });
	expect(await (await jobs(sandbox)).text()).toBe('{"jobs": [');
	expect((await jobs(sandbox)).headers.get('content-type')).toContain('text/html');
});

test('a redirect leads where it is configured to', async () => {
	const sandbox = await start();
	sandbox.steer.faults({ kind: 'redirect', location: 'http://elsewhere.example/x', status: 307 });
	const reply = await jobs(sandbox);
	expect([reply.status, reply.headers.get('location')]).toEqual([
		307,
		'http://elsewhere.example/x',
	]);
});

test('the connection is reset before a reply', async () => {
	const sandbox = await start();
	sandbox.steer.faults({ kind: 'reset' });
	const error: unknown = await jobs(sandbox).catch((thrown: unknown) => thrown);
	expect(causeOf(error)).toBe('ECONNRESET');
});

describe('on storage', () => {
	async function withOutput(): Promise<[Sandbox, string]> {
		const sandbox = await start();
		const [id] = sandbox.steer.seed({ outputs: 1, outputBytes: 200_000 }).ids;
		return [sandbox, (await outputsOf(sandbox, id!))[0]!.data.ref];
	}

	/** Reads until the end or the break. Returns the bytes received, and the break. */
	async function receive(url: string): Promise<{ bytes: number; error?: string }> {
		let bytes = 0;
		try {
			const reply = await fetch(url);
			for await (const chunk of reply.body as unknown as AsyncIterable<Uint8Array>) {
				bytes += chunk.length;
			}
		} catch (error) {
			return { bytes, error: causeOf(error) };
		}
		return { bytes };
	}

	test('the connection is reset in the middle of a body', async () => {
		const [sandbox, link] = await withOutput();
		sandbox.steer.faults({ kind: 'reset', afterBytes: 70_000, origin: 'storage' });
		const { bytes, error } = await receive(link);
		expect(bytes).toBeLessThanOrEqual(70_000);
		// Which of the two errors undici reports depends on how much it had read.
		expect(['ECONNRESET', 'UND_ERR_SOCKET']).toContain(error);
		expect(await receive(link)).toEqual({ bytes: 200_000 });
	});

	test('a body ends short of its Content-Length', async () => {
		const [sandbox, link] = await withOutput();
		sandbox.steer.faults({ kind: 'truncate', bytes: 70_000, origin: 'storage' });
		expect(await receive(link)).toEqual({ bytes: 70_000, error: 'UND_ERR_SOCKET' });
	});

	test('a short body can come with a Content-Length that fits it', async () => {
		const [sandbox, link] = await withOutput();
		const fault = { kind: 'truncate', bytes: 70_000, contentLength: 'cut' } as const;
		sandbox.steer.faults({ ...fault, origin: 'storage' });
		expect(await receive(link)).toEqual({ bytes: 70_000 });
	});

	test('a body stalls, and the connection stays open until the client leaves', async () => {
		const [sandbox, link] = await withOutput();
		sandbox.steer.faults({ kind: 'stall', afterBytes: 70_000, origin: 'storage' });
		const client = new AbortController();
		const reply = await fetch(link, { signal: client.signal });
		const reader = (reply.body as ReadableStream<Uint8Array>).getReader();
		for (let bytes = 0; bytes < 70_000;) bytes += (await reader.read()).value!.length;
		const more = reader.read();
		expect(await Promise.race([more, sleep(50, 'nothing')])).toBe('nothing');
		expect(sandbox.steer.stats().storage.concurrent.open).toBe(1);
		client.abort();
		await expect(more).rejects.toThrow();
		while (sandbox.steer.stats().storage.concurrent.open > 0) await sleep(1);
	});

	test('the connection is reset after some bytes of what the client sends', async () => {
		const [sandbox] = await withOutput();
		const { url, apiKey } = sandbox;
		sandbox.steer.faults({ kind: 'cutRequest', path: '/files/uploads/initiate', afterBytes: 9 });
		const asked = { filename: 'a.csv', file_type: 'text/csv', num_bytes: 7 };
		const send = async () => {
			const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
			const request = { method: 'POST', headers, body: JSON.stringify(asked) };
			return (await fetch(`${url}/files/uploads/initiate`, request)).status;
		};
		await expect(send()).rejects.toThrow();
		expect(await send()).toBe(200);
	});

	test('one bit of a body is another', async () => {
		const [sandbox, link] = await withOutput();
		const get = async () => Buffer.from(await (await fetch(link)).arrayBuffer());
		const whole = await get();
		sandbox.steer.faults({ kind: 'flip', at: 199_999, origin: 'storage' });
		const spoilt = await get();
		expect(spoilt.equals(whole)).toBe(false);
		spoilt[199_999]! ^= 1;
		expect(spoilt.equals(whole)).toBe(true);
	});

	test('a reply has other headers', async () => {
		const [sandbox, link] = await withOutput();
		const headers = { etag: '"other"', 'x-amz-server-side-encryption': 'aws:kms' };
		sandbox.steer.faults({ kind: 'headers', headers, origin: 'storage' });
		const reply = await fetch(link);
		expect(Object.fromEntries(reply.headers)).toMatchObject({
			...headers,
			'content-length': '200000',
		});
		expect(await reply.arrayBuffer()).toHaveProperty('byteLength', 200_000);
	});

	test('bytes trickle', async () => {
		const [sandbox, link] = await withOutput();
		sandbox.steer.faults({ kind: 'slow', bytesPerSecond: 1_000_000, origin: 'storage' });
		const before = performance.now();
		expect(await receive(link)).toEqual({ bytes: 200_000 });
		expect(performance.now() - before).toBeGreaterThan(150);
	});

	test('a reply comes late', async () => {
		const [sandbox, link] = await withOutput();
		sandbox.steer.faults({ kind: 'latency', ms: 100, origin: 'storage' });
		const before = performance.now();
		expect(await receive(link)).toEqual({ bytes: 200_000 });
		expect(performance.now() - before).toBeGreaterThanOrEqual(99);
	});
});
