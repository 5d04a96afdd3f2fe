import { createHash } from 'node:crypto';
import type { Sandbox, SandboxOptions } from '../../../sandbox';
import { call, outputsOf, start, type OutputRow } from './support';

async function withOutput(
	options: SandboxOptions = {},
	outputBytes = 5000,
): Promise<[Sandbox, OutputRow, string]> {
	const sandbox = await start(options);
	const [id] = sandbox.steer.seed({ outputs: 1, outputBytes }).ids;
	return [sandbox, (await outputsOf(sandbox, id!))[0]!, id!];
}

const errorOf = async (reply: Response): Promise<[number, string[]?]> => {
	const text = await reply.text();
	return [reply.status, /<Code>(.*)<\/Code><Message>(.*)<\/Message>/.exec(text)?.slice(1, 3)];
};

test('a link gives the whole file, with its size and MD5', async () => {
	const [sandbox, { data }] = await withOutput();
	const reply = await fetch(data.ref);
	const body = Buffer.from(await reply.arrayBuffer());
	expect(data.ref.startsWith(sandbox.storageUrl)).toBe(true);
	expect(body).toHaveLength(data.num_bytes);
	expect(reply.headers.get('content-length')).toBe('5000');
	expect(reply.headers.get('content-type')).toBe('text/csv');
	expect(reply.headers.get('etag')).toBe(`"${createHash('md5').update(body).digest('hex')}"`);
});

test.each([
	['bytes=0-9', 'bytes 0-9/5000', 0, 10],
	['bytes=4990-', 'bytes 4990-4999/5000', 4990, 5000],
	['bytes=4990-9999', 'bytes 4990-4999/5000', 4990, 5000],
	['bytes=-10', 'bytes 4990-4999/5000', 4990, 5000],
])('Range %s gives that part with 206', async (range, contentRange, from, to) => {
	const [, { data }] = await withOutput();
	const whole = Buffer.from(await (await fetch(data.ref)).arrayBuffer());
	const reply = await fetch(data.ref, { headers: { range } });
	expect(reply.status).toBe(206);
	expect(reply.headers.get('content-range')).toBe(contentRange);
	expect(Buffer.from(await reply.arrayBuffer())).toEqual(whole.subarray(from, to));
});

test('a range past the end is 416', async () => {
	const [, { data }] = await withOutput();
	const reply = await fetch(data.ref, { headers: { range: 'bytes=5000-' } });
	expect(reply.headers.get('content-range')).toBe('bytes */5000');
	expect((await errorOf(reply))[0]).toBe(416);
});

test('If-Match of another version is 412', async () => {
	const [, { data }] = await withOutput();
	const reply = await fetch(data.ref, { headers: { 'if-match': '"other"' } });
	expect(await errorOf(reply)).toMatchObject([412, ['PreconditionFailed', expect.anything()]]);
});

test('a file of 20 MiB has no MD5 as ETag, as after an upload in parts', async () => {
	const [, { data }] = await withOutput({}, 20 * 2 ** 20);
	const reply = await fetch(data.ref, { headers: { range: 'bytes=20971510-' } });
	expect(reply.headers.get('etag')).toMatch(/^"[0-9a-f]{32}-2"$/);
	expect(await reply.text()).toHaveLength(10);
});

test('a link expires when expires_at says', async () => {
	const [sandbox, { data, expires_at }] = await withOutput({ linkTtlMs: 90_000 });
	const { now } = await sandbox.steer.clock({ frozen: true });
	const left = Date.parse(expires_at!) - Date.parse(now);
	expect(left).toBeLessThanOrEqual(90_000);
	await sandbox.steer.clock({ advance: left - 1 });
	expect((await fetch(data.ref)).status).toBe(200);
	await sandbox.steer.clock({ advance: 1 });
	expect(await errorOf(await fetch(data.ref))).toEqual([
		403,
		['AccessDenied', 'Request has expired'],
	]);
});

test('every call makes a fresh link', async () => {
	const [sandbox, { data }, id] = await withOutput({ linkTtlMs: 90_000 });
	await sandbox.steer.clock({ advance: 120_000 });
	expect((await fetch(data.ref)).status).toBe(403);
	const [renewed] = await outputsOf(sandbox, id);
	expect((await fetch(renewed!.data.ref)).status).toBe(200);
});

test.each([
	['path', (link: string) => link.replace('part_0', 'part_1')],
	['life', (link: string) => link.replace('X-Amz-Expires=3600', 'X-Amz-Expires=36000')],
	['signature', (link: string) => link.slice(0, -1) + (link.endsWith('0') ? '1' : '0')],
])('a link with an altered %s is refused', async (_, alter) => {
	const [, { data }] = await withOutput();
	const [status, error] = await errorOf(await fetch(alter(data.ref)));
	expect([status, error?.[0]]).toEqual([403, 'SignatureDoesNotMatch']);
});

test('a link without its signature is refused', async () => {
	const [, { data }] = await withOutput();
	const [status, error] = await errorOf(await fetch(data.ref.split('?')[0]!));
	expect([status, error?.[0]]).toEqual([403, 'AccessDenied']);
});

test('an Authorization header is refused with 400, and counted', async () => {
	const [sandbox, { data }] = await withOutput();
	const reply = await fetch(data.ref, { headers: { authorization: 'Bearer sk_sandbox' } });
	const [status, error] = await errorOf(reply);
	expect([status, error?.[0]]).toEqual([400, 'InvalidArgument']);
	expect(sandbox.steer.stats().storage.authorization_headers).toBe(1);
});

test('a relative ref is fetched from the API with the key, and never expires', async () => {
	const [sandbox, { data, expires_at }] = await withOutput({ refStyle: 'relative' });
	expect(data.ref).toMatch(/^\/files\/download\//);
	expect(expires_at).toBeNull();
	const { status, headers, body } = await call<string>(sandbox, data.ref);
	expect([status, headers.get('content-type'), body.length]).toEqual([
		200,
		'application/octet-stream',
		5000,
	]);
});

test('a relative ref can redirect to storage', async () => {
	const [sandbox, { data }] = await withOutput({ refStyle: 'redirect' });
	const { status, headers } = await call(sandbox, data.ref);
	expect(status).toBe(302);
	const location = headers.get('location')!;
	expect(location.startsWith(sandbox.storageUrl)).toBe(true);
	expect(await (await fetch(location)).text()).toHaveLength(5000);
});

test('expires_at and num_bytes can be as unhelpful as they may be', async () => {
	const [, output] = await withOutput({ nullExpiry: true, numBytesOffset: -7 });
	expect([output.expires_at, output.data.num_bytes]).toEqual([null, 4993]);
});

test('links follow the host name that the client uses', async () => {
	const [sandbox, , id] = await withOutput();
	const url = sandbox.url.replace('127.0.0.1', 'localhost');
	const reply = await fetch(`${url}/batch/jobs/${id}/outputs`, {
		headers: { authorization: `Bearer ${sandbox.apiKey}` },
	});
	const { outputs } = (await reply.json()) as { outputs: OutputRow[] };
	expect(new URL(outputs[0]!.data.ref).hostname).toBe('localhost');
});
