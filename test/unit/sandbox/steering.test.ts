import { startSandbox, type Sandbox } from '../../../sandbox';
import { call, outputsOf, start, type ErrorBody, type JobRow } from './support';

/** Steers over HTTP, without a key. */
async function steer<Body>(sandbox: Sandbox, path: string, json?: unknown, method?: string) {
	const reply = await fetch(`${sandbox.url.replace('/v0.5', '/_sandbox')}${path}`, {
		method: method ?? (json === undefined ? 'GET' : 'POST'),
		headers: json === undefined ? {} : { 'content-type': 'application/json' },
		body: json === undefined ? undefined : JSON.stringify(json),
	});
	return { status: reply.status, body: (await reply.json()) as Body };
}

test('all steering works over HTTP too', async () => {
	const sandbox = await start();
	const seeded = await steer<{ ids: string[] }>(sandbox, '/seed', { count: 2, status: 'RUNNING' });
	const [first, second] = seeded.body.ids;
	const moved = await steer(sandbox, `/jobs/${first}/status`, { status: 'COMPLETED' });
	expect(moved.body).toEqual({ id: first, status: 'COMPLETED' });
	const added = await steer(sandbox, `/jobs/${first}/outputs`, [{ filename: 'a', content: 'b' }]);
	expect(added.body).toEqual({ ids: [expect.stringMatching(/^out_/) as string] });
	await steer(sandbox, `/jobs/${second}`, undefined, 'DELETE');
	expect((await call(sandbox, `/batch/jobs/${second}`)).status).toBe(404);
	await steer(sandbox, '/options', { maxLimit: 1 });
	expect((await call<{ limit: number }>(sandbox, '/batch/jobs')).body.limit).toBe(1);
	await steer(sandbox, '/faults', { kind: 'status', status: 418 });
	expect((await call(sandbox, '/batch/jobs')).status).toBe(418);
	const [before, after] = [
		await steer<{ now: string }>(sandbox, '/clock', { frozen: true }),
		await steer<{ now: string }>(sandbox, '/clock', { advance: 5000 }),
	];
	expect(Date.parse(after.body.now) - Date.parse(before.body.now)).toBe(5000);
	const requests = await steer<Array<{ url: string }>>(sandbox, '/requests?count=1');
	expect(requests.body).toMatchObject([{ url: '/v0.5/batch/jobs', status: 418 }]);
	await steer(sandbox, '/reset', {});
	expect((await call<{ total: number }>(sandbox, '/batch/jobs')).body.total).toBe(0);
});

test('a wrong request is refused with what is wrong', async () => {
	const { status, body } = await steer<ErrorBody>(await start(), '/seed', { cuont: 1 });
	expect(status).toBe(400);
	expect(body.errors[0]!.message).toContain("'cuont'");
});

test('a wrong option is refused with its name', async () => {
	await expect(startSandbox({ speed: -1 })).rejects.toThrow(
		'Wrong sandbox option: speed: Number must be greater than 0',
	);
});

test('a port that is taken is refused', async () => {
	const port = Number(new URL((await start()).url).port);
	await expect(startSandbox({ port })).rejects.toMatchObject({ code: 'EADDRINUSE', port });
});

test('requests and bytes are counted by route', async () => {
	const sandbox = await start();
	const [id] = sandbox.steer.seed({ outputs: 3, outputBytes: 1000 }).ids;
	const outputs = await outputsOf(sandbox, id!);
	for (const { data } of outputs) await (await fetch(data.ref)).arrayBuffer();
	await call<JobRow>(sandbox, `/batch/jobs/${id}`);
	// The last bytes are counted once their connection is finished.
	await new Promise((resolve) => setTimeout(resolve, 20));
	const { api, storage, routes } = sandbox.steer.stats();
	expect([api.requests, storage.requests]).toEqual([2, 3]);
	expect(routes['api GET /batch/jobs/:id']!.requests).toBe(1);
	expect(routes['storage GET /*']!.bytes).toBeGreaterThan(3000);
	expect(storage.bytes).toBe(routes['storage GET /*']!.bytes);
	expect(storage.authorization_headers).toBe(0);
	const [request] = sandbox.steer.requests(1);
	expect(request).toMatchObject({ origin: 'api', headers: { authorization: 'Bearer sk_sandbox' } });
});

test('concurrent requests and connections are counted at their highest', async () => {
	const sandbox = await start({ latencyMs: 30 });
	await Promise.all(Array.from({ length: 6 }, () => call(sandbox, '/batch/jobs')));
	const { concurrent, connections } = sandbox.steer.stats().api;
	expect(concurrent).toMatchObject({ max: 6, total: 6 });
	expect(connections).toMatchObject({ max: 6, total: 6 });
	sandbox.steer.reset({ only: ['stats'] });
	expect(sandbox.steer.stats().api).toMatchObject({ requests: 0, bytes: 0 });
});

test('the key can be changed while the sandbox runs', async () => {
	const sandbox = await start();
	sandbox.steer.options({ apiKey: 'sk_other' });
	expect(sandbox.apiKey).toBe('sk_other');
	expect((await call(sandbox, '/batch/jobs')).status).toBe(200);
});
