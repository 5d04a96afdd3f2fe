// How credentials, proxies, certificates and hostile services affect requests. Each test is named
// after the case it covers.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import type { IDataObject, IHttpRequestOptions } from 'n8n-workflow';

import { ArchetypeAiApi } from '../../credentials/ArchetypeAiApi.credentials';
import { credentialFor, freePort, runNode, testCredential, useSandbox } from './harness';
import type { Credential } from './harness';

const service = useSandbox();

const getJobs = { resource: 'job', operation: 'getMany' };

/** What n8n shows of a failed run, with no trace of the key. */
async function failureOf(changes: Credential = {}, parameters: IDataObject = getJobs) {
	const credential = credentialFor(service, changes);
	const { error, status } = await runNode(parameters as typeof getJobs, { credential });
	if (!error) throw new Error(`The run was expected to fail but ended as "${status}"`);
	expect(inspect(error, { depth: 10 })).not.toContain(service.apiKey);
	return `${error.message}\n${error.description}`;
}

const servers: Server[] = [];

/** A server for this test alone; returns its port. */
async function serve(server: Server): Promise<number> {
	servers.push(server);
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return (server.address() as AddressInfo).port;
}

afterEach(() => {
	for (const server of servers.splice(0)) {
		server.close();
		server.closeAllConnections();
	}
});

describe('S1 the credential in other nodes', () => {
	const { authenticate } = new ArchetypeAiApi();
	const credentials = { apiKey: 'sk_live_1', baseUrl: 'https://api.example.com/v0.5' };
	const send = async (request: object) =>
		await (authenticate as (one: object, two: object) => Promise<IHttpRequestOptions>)(
			credentials,
			request,
		);

	test.each([
		{ url: 'https://api.example.com/v0.5/batch/jobs' },
		{ uri: 'https://api.example.com/v0.5/batch/jobs' },
		{ url: '/v0.5/batch/jobs', baseURL: 'https://api.example.com' },
		{ url: 'https://api.example.com:443/v0.5/files/info?x=1' },
	])('S1 the key goes to the Base URL: %j', async (request) => {
		const { headers, ...rest } = await send(request);
		expect(headers?.Authorization).toBe('Bearer sk_live_1');
		expect(rest).toMatchObject(request);
		// H4
		expect(rest.sendCredentialsOnCrossOriginRedirect).toBe(false);
	});

	test.each([
		{ uri: 'https://elsewhere.example/v0.5/batch/jobs' },
		{ url: 'https://api.example.com.elsewhere.example/v0.5/x' },
		{ url: 'https://api.example.com@elsewhere.example/v0.5/x' },
		{ url: 'http://api.example.com/v0.5/batch/jobs' },
		{ url: 'https://api.example.com:8443/v0.5/batch/jobs' },
		{ url: 'https://api.example.com/admin' },
		{ url: 'https://api.example.com/v0.5/../admin' },
		{ url: 'https://api.example.com/v0.5/%2e%2e/admin' },
		{ url: 'https://api.example.com/v0.5/..%2fadmin' },
		{ url: 'https://api.example.com/v0.50/x' },
		{ url: 'nowhere' },
		{},
	])('S1 and nowhere else: %j', async (request) => {
		await expect(send(request)).rejects.toThrow(/API key/);
		await expect(send(request)).rejects.not.toThrow(/sk_live/);
	});

	test.each([
		{ rejectUnauthorized: false },
		{ skipSslCertificateValidation: true },
		{ agentOptions: { rejectUnauthorized: false } },
	])('H4 not through a proxy that could read it: %j', async (unchecked) => {
		const url = 'https://api.example.com/v0.5/batch/jobs';
		await expect(send({ url, proxy: 'http://proxy.example', ...unchecked })).rejects.toThrow(
			/proxy/,
		);
		expect((await send({ url, proxy: 'http://proxy.example' })).headers).toBeDefined();
		expect((await send({ url, ...unchecked })).headers).toBeDefined();
	});
});

describe('S2 NaN and Infinity in JSON, as Python writes them', () => {
	test('S2 are read as null in replies', async () => {
		const body =
			'{"total":1,"offset":0,"limit":50,"jobs":[{"id":"job_1","name":"NaN, \\"NaN\\"","status":"FAILED","created_at":"2026-03-01T00:00:00Z","loss":NaN,"max":-Infinity}]}';
		service.steer.faults({
			kind: 'body',
			path: '/batch/jobs',
			body,
			contentType: 'application/json',
		});
		const { items, error } = await runNode(
			{ ...getJobs, simplify: false },
			{ credential: service.credential },
		);
		expect(error).toBeUndefined();
		expect(items[0]?.json).toMatchObject({ name: 'NaN, "NaN"', loss: null, max: null });
	});
});

describe('S3 a key that cannot be one', () => {
	test.each([
		['a line break', 'sk_live_01\n23456789', /line break/],
		['a zero-width character', 'sk_live_01\u200b23456789', /U\+200B, at position 11/],
		['a byte order mark', 'sk_\ufefflive_0123456789', /U\+FEFF/],
		['a no-break space', 'sk_live_01\u00a023456789', /space/],
		['Bearer', 'Bearer sk_live_0123456789', /"Bearer"/],
		['Bearer with a colon', 'bearer: sk_live_0123456789', /"Bearer"/],
		['a whole header', 'Authorization: Bearer sk_live_0123456789', /"Bearer"/],
		['a line of a .env file', 'ATAI_API_KEY=sk_live_0123456789', /"ATAI_API_KEY="/],
		['quotes', '"sk_live_0123456789"', /quotes/],
		['nothing', ' ', /empty/],
	])('S3 %s: said at once, and the key is not shown', async (_, apiKey, words) => {
		const said = await failureOf({ apiKey });
		expect(said).toMatch(words);
		expect(said).not.toContain('sk_');
		const tested = await testCredential(credentialFor(service, { apiKey }));
		expect(tested).toMatchObject({ status: 'Error' });
		expect(tested.message).toMatch(words);
		expect(tested.message).not.toContain('sk_');
		expect(service.steer.requests()).toEqual([]);
	});

	test.each<[string, (key: string) => string]>([
		['as it is', (key) => key],
		['in a URL', encodeURIComponent],
		['in JSON', (key) => JSON.stringify(key)],
		['in base64', (key) => Buffer.from(key).toString('base64')],
		['in capitals', (key) => key.toUpperCase()],
	])('S3 a refusal that echoes the key %s does not show it', async (_, spell) => {
		const apiKey = 'sk+wrong/"key"=0123';
		const body = { detail: `Key ${spell(apiKey)} is unknown` };
		service.steer.faults({ kind: 'body', status: 401, path: '/batch/jobs', body });
		const said = await failureOf({ apiKey });
		expect(said).toContain('is unknown');
		expect(said).not.toContain(spell(apiKey));
	});
});

describe('S4 a Base URL that leads elsewhere is named as the cause', () => {
	test.each(['/v0.5/batch/jobs', '/v0.5/batch', '/v1', '//v0.5//', '/v0.5/files/info'])(
		'S4 %s',
		async (path) => {
			const baseUrl = `${new URL(service.url).origin}${path}`;
			const said = await failureOf({ baseUrl });
			expect(said).toContain('Base URL');
			expect(said).not.toContain('Check the ID');
			const { message } = await testCredential(credentialFor(service, { baseUrl }));
			expect(message).toContain('Base URL');
		},
	);

	test.each([
		['a page of its own', 404, '<h1>404 Not Found</h1>'],
		['JSON of its own', 404, { message: 'no Route matched with those values' }],
		['nothing', 404, ''],
		['that the method is not allowed', 405, { detail: 'Method Not Allowed' }],
	])('S4 an ID at a Base URL where a server answers with %s', async (_, status, body) => {
		service.steer.faults({ kind: 'body', status, path: '/batch/jobs/*', body });
		const jobId = { __rl: true, mode: 'id', value: 'job_1' };
		const said = await failureOf({}, { resource: 'job', operation: 'get', jobId });
		expect(said).toContain(`The Base URL does not lead to the Archetype AI API (HTTP ${status})`);
		expect(said).not.toContain('Check the ID');
	});

	test('S4 a path that no service knows, although an ID is asked for', async () => {
		service.steer.faults({
			kind: 'body',
			status: 404,
			path: '/batch/jobs/*',
			body: { detail: 'Not Found' },
		});
		const jobId = { __rl: true, mode: 'id', value: 'job_1' };
		expect(await failureOf({}, { resource: 'job', operation: 'get', jobId })).toContain('Base URL');
	});
});

describe('S5 what stands between n8n and the service', () => {
	const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'];
	const before = Object.fromEntries(names.map((name) => [name, process.env[name]]));
	const through = (proxy: string) => {
		for (const name of names) delete process.env[name];
		Object.assign(process.env, { HTTP_PROXY: proxy, HTTPS_PROXY: proxy });
	};
	afterEach(() => {
		for (const name of names) {
			if (before[name] === undefined) delete process.env[name];
			else process.env[name] = before[name];
		}
	});

	const HTTPS = { baseUrl: 'https://api.example.com/v0.5' };
	const HTTP = { baseUrl: 'http://api.example.com/v0.5', allowInsecureHttp: true };

	test.each([
		['https', HTTPS],
		['http', HTTP],
	])('S5 a proxy that is down (%s) is named', async (_, credential) => {
		const port = await freePort();
		through(`http://127.0.0.1:${port}`);
		const said = await failureOf(credential);
		expect(said).toMatch(new RegExp(`The proxy .*:${port}`));
		expect(said).toContain('HTTPS_PROXY');
	});

	test.each([204, 302, 400, 401, 403, 404, 405, 407, 451, 503])(
		'S5 a proxy that answers %d to CONNECT is named',
		async (status) => {
			const proxy = createServer();
			let asked = 0;
			proxy.on('connect', (_, socket) => {
				asked++;
				socket.end(`HTTP/1.1 ${status} No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
			});
			through(`http://127.0.0.1:${await serve(proxy)}`);
			const said = await failureOf(HTTPS);
			expect(said).toMatch(/proxy/i);
			expect(said).not.toMatch(/API key (was not|may not)|Check the ID|values of the fields/);
			if (status < 500) expect(asked).toBe(1);
		},
		30_000,
	);

	test.each([401, 403])('S5 a gateway that answers %d in words of its own', async (status) => {
		const bodies = ['', '<h1>Blocked by policy</h1>', { message: 'Forbidden' }];
		for (const body of bodies) {
			service.steer.faults({ kind: 'body', status, path: '/batch/jobs', body });
			const said = await failureOf();
			expect(said).toContain(
				`A proxy or a gateway seems to have refused the request (HTTP ${status})`,
			);
			expect(said).not.toContain('The API key was not accepted');
		}
	});

	test('S5 a proxy that asks for a password (http) is named', async () => {
		const proxy = createServer((_, response) => response.writeHead(407).end());
		through(`http://127.0.0.1:${await serve(proxy)}`);
		expect(await failureOf(HTTP)).toMatch(/proxy .*407/);
	});

	test('H8 a link of a public service to this machine is not followed', async () => {
		const seen: string[] = [];
		const storage = await serve(
			createServer((request, response) => {
				seen.push(request.url!);
				response.end('secret');
			}),
		);
		const outputs = [
			{
				id: 'out_1',
				port_name: 'p',
				data: { ref: `http://127.0.0.1:${storage}/x`, filename: 'a.csv' },
			},
		];
		const proxy = createServer((_, response) =>
			response
				.setHeader('content-type', 'application/json')
				.end(JSON.stringify({ total: 1, outputs })),
		);
		through(`http://127.0.0.1:${await serve(proxy)}`);
		const jobId = { __rl: true, mode: 'id', value: 'job_1' };
		const said = await failureOf(HTTP, {
			resource: 'output',
			operation: 'download',
			returnAll: true,
			jobId,
		});
		expect(said).toContain('in a private network');
		expect(seen).toEqual([]);
	});

	const folder = mkdtempSync(join(tmpdir(), 'tls-'));
	afterAll(() => rmSync(folder, { recursive: true }));

	function certificate() {
		const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
		const subject = ['-subj', '/CN=elsewhere.example', '-days', '2', '-nodes', '-x509'];
		execFileSync(
			'openssl',
			['req', '-newkey', 'rsa:2048', '-keyout', key, '-out', cert, ...subject],
			{
				stdio: 'ignore',
			},
		);
		return { key: readFileSync(key), cert: readFileSync(cert) };
	}

	test('S5 a certificate that is not trusted is named, and asked for once', async () => {
		let connections = 0;
		const server = createTlsServer(certificate(), (_, response) => response.end());
		server.on('connection', () => connections++);
		const port = await serve(server);
		const said = await failureOf({ baseUrl: `https://127.0.0.1:${port}/v0.5` });
		expect(said).toMatch(/^The certificate of 127\.0\.0\.1:\d+ /);
		expect(said).toContain('NODE_EXTRA_CA_CERTS');
		expect(connections).toBe(1);
	});

	test('S5 https to a port that speaks http is named', async () => {
		const port = new URL(service.url).port;
		const said = await failureOf({ baseUrl: `https://127.0.0.1:${port}/v0.5` });
		expect(said).toContain('does not speak https at this port');
	});

	test('S5 a run that is stopped is no failure of the network', async () => {
		service.steer.faults({ kind: 'stall', path: '/batch/jobs', times: null });
		const controller = new AbortController();
		const { credential } = service;
		const running = runNode(getJobs, { credential, signal: controller.signal });
		setTimeout(() => controller.abort(), 300);
		const { error, status } = await running;
		expect(status).toBe('canceled');
		if (error) expect(error.message).not.toMatch(/network|did not answer|failed/);
	});
});

describe('H5 replies of any size', () => {
	const grown = async () => {
		globalThis.gc?.();
		return process.memoryUsage().rss;
	};

	test('H5 a megabyte that inflates to 300 MB is an error, and takes no 300 MB', async () => {
		const packed = gzipSync(Buffer.alloc(300_000_000, ' '));
		const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
		const port = await serve(
			createServer((_, response) => response.writeHead(200, headers).end(packed)),
		);
		const before = await grown();
		const said = await failureOf({ baseUrl: `http://127.0.0.1:${port}/v0.5` });
		expect(said).toContain('The reply has more than 32 MiB');
		expect((await grown()) - before).toBeLessThan(200e6);
	});

	test('H5 an error page of 30 MB is read as far as it is shown', async () => {
		let sent = 0;
		const port = await serve(
			createServer((_, response) => {
				response.writeHead(400, { 'content-type': 'text/html' });
				const more = () => {
					if (sent >= 30e6 || response.destroyed) return response.end();
					sent += 64 * 1024;
					return response.write('<p>Words. </p>'.repeat(4681), more);
				};
				more();
			}),
		);
		const said = await failureOf({ baseUrl: `http://127.0.0.1:${port}/v0.5` });
		expect(said).toContain('The service says: Words.');
		expect(sent).toBeLessThan(20e6);
	});
});

test('H6 links with a signature are in no item, wherever the service puts them', async () => {
	const link = 'https://bucket.example/key?X-Amz-Credential=AKIA&X-Amz-Signature=5ec2e7';
	const job = {
		...{ id: 'job_1', name: 'n', status: 'FAILED', created_at: '2026-03-01T00:00:00Z' },
		error: `could not read ${link} at all`,
		metadata: {
			preview_ref: link,
			list: [{ deep: `see ${link}` }],
			page: 'https://a.example/x?tab=1',
		},
	};
	const body = { total: 1, offset: 0, limit: 50, jobs: [job] };
	service.steer.faults({ kind: 'body', path: '/batch/jobs', body, times: 2 });
	for (const simplify of [true, false]) {
		const { items } = await runNode({ ...getJobs, simplify }, { credential: service.credential });
		const said = JSON.stringify(items);
		expect(said).toContain('could not read https://bucket.example/key at all');
		expect(said).not.toContain('5ec2e7');
		if (!simplify) expect(said).toContain('https://a.example/x?tab=1');
	}
});

describe('H7 what a service says is shown as text', () => {
	test('H7 markup and line breaks', async () => {
		const message =
			'<a href="https://evil.example">Sign in</a>\n<img src=x onerror=alert(1)> &lt;b&gt;';
		service.steer.faults({
			kind: 'body',
			status: 400,
			path: '/batch/jobs',
			body: { errors: [{ message }] },
		});
		const said = await failureOf();
		expect(said).toContain('Sign in');
		expect(said).not.toMatch(/[<>]|&lt;/);
		expect(said.split('\n').find((line) => line.includes('Sign in'))).toContain('alert(1)');
	});

	test('H7 an ID of two megabytes', async () => {
		const outputs = [
			{ id: 'x'.repeat(2e6), port_name: 'p', data: { ref: 'http://127.0.0.1:1/x', filename: '' } },
		];
		const body = { total: 1, outputs };
		service.steer.faults({ kind: 'body', path: '/batch/jobs/*/outputs', body, times: null });
		const jobId = { __rl: true, mode: 'id', value: 'job_1' };
		const said = await failureOf(
			{},
			{ resource: 'output', operation: 'download', returnAll: true, jobId },
		);
		expect(said.length).toBeLessThan(10_000);
	});
});

test('S8 a page of 150,000 rows is no limit of the language', async () => {
	const job = { status: 'FAILED', created_at: '2026-03-01T00:00:00Z' };
	const jobs = Array.from({ length: 150_000 }, (_, number) => ({ id: `job_${number}`, ...job }));
	const body = { total: jobs.length, offset: 0, limit: 100, jobs };
	service.steer.faults({ kind: 'body', path: '/batch/jobs', body, times: null });
	const { items, error } = await runNode(
		{ ...getJobs, returnAll: true },
		{ credential: service.credential },
	);
	expect(error).toBeUndefined();
	expect(items).toHaveLength(150_000);
});

test('S10 how long to wait is said in words for the reader', async () => {
	service.steer.faults({
		kind: 'status',
		status: 429,
		retryAfter: 99_999_999_999,
		path: '/batch/jobs',
	});
	expect(await failureOf()).toContain('Try again later');
	service.steer.reset({ only: ['faults'] });
	service.steer.faults({ kind: 'status', status: 503, retryAfter: 10_000, path: '/batch/jobs' });
	expect(await failureOf()).toContain('Try again in 3 hours');
	service.steer.reset({ only: ['faults'] });
	service.steer.faults({ kind: 'status', status: 503, retryAfter: 3_601, path: '/batch/jobs' });
	expect(await failureOf()).toContain('Try again in 61 minutes');
});
