import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { connect } from 'node:net';
import { hostname, networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Sandbox } from '../../../sandbox';
import { call, outputsOf, start, upload } from './support';

const API_KEY = 'sk_very_secret_key';
const KEY = { authorization: `Bearer ${API_KEY}` };
const JSON_TYPE = { 'content-type': 'application/json' };

interface Answer {
	status: number;
	headers: Record<string, unknown>;
	text: string;
}

/** Sends arbitrary headers, which neither fetch nor a browser allows. */
function send(
	url: string,
	{
		method = 'GET',
		headers = {},
		body = '',
	}: {
		method?: string;
		headers?: Record<string, string>;
		body?: string;
	} = {},
): Promise<Answer> {
	return new Promise((resolve, reject) => {
		const sent = request(url, { method, headers, agent: false }, (reply) => {
			let text = '';
			reply.setEncoding('utf8');
			reply.on('data', (chunk: string) => (text += chunk));
			reply.on('end', () => resolve({ status: reply.statusCode!, headers: reply.headers, text }));
		});
		sent.on('error', reject);
		sent.end(body);
	});
}

const originOf = (url: string) => new URL(url).origin;
const steering = (sandbox: Sandbox, path: string) => `${originOf(sandbox.url)}/_sandbox${path}`;
const jobsOf = async (sandbox: Sandbox) =>
	(await call<{ total: number }>(sandbox, '/batch/jobs')).body.total;

async function withJob(): Promise<Sandbox> {
	const sandbox = await start({ apiKey: API_KEY });
	sandbox.steer.seed({ outputs: 1, outputBytes: 100 });
	return sandbox;
}

describe('H11: a web page cannot steer', () => {
	/** What another site's page can make a browser send without a preflight. */
	const forms: Array<[string, Record<string, string>, string]> = [
		['a text', { 'content-type': 'text/plain' }, '{}'],
		['a text that says JSON', { 'content-type': 'text/plain; application/json' }, '{}'],
		['a form', { 'content-type': 'application/x-www-form-urlencoded' }, 'only=jobs'],
		['a form with a file', { 'content-type': 'multipart/form-data; boundary=x' }, '--x--'],
		['nothing', {}, ''],
		['a body without a type', {}, '{}'],
	];

	test.each(forms)('with %s, whatever origin it says or hides', async (_, type, body) => {
		const sandbox = await withJob();
		const url = steering(sandbox, '/reset');
		const origins = [
			{},
			{ origin: 'https://evil.example' },
			{ origin: 'null' },
			{ origin: originOf(sandbox.storageUrl) },
			{ origin: originOf(sandbox.url) },
		];
		for (const origin of origins) {
			const headers = { ...type, ...origin } as Record<string, string>;
			const { status } = await send(url, { method: 'POST', headers, body });
			expect([403, 415]).toContain(status);
		}
		expect(await jobsOf(sandbox)).toBe(1);
	});

	test.each([
		'https://evil.example',
		'http://localhost:5678',
		'http://127.0.0.1',
		'http://127.0.0.1.evil.example',
		'null',
		'',
		'file://',
	])('from the origin %j, also with JSON and with the key', async (origin) => {
		const sandbox = await withJob();
		const headers = { ...JSON_TYPE, ...KEY, origin };
		for (const path of ['/reset', '/seed', '/options', '/clock', '/faults']) {
			const { status } = await send(steering(sandbox, path), {
				method: 'POST',
				headers,
				body: '{}',
			});
			expect([path, status]).toEqual([path, 403]);
		}
		expect((await send(steering(sandbox, '/stats'), { headers })).status).toBe(403);
		const remove = { method: 'DELETE', headers };
		expect((await send(steering(sandbox, '/jobs/job_x'), remove)).status).toBe(403);
		expect(await jobsOf(sandbox)).toBe(1);
	});

	test('from the storage, which shows what others uploaded', async () => {
		const sandbox = await withJob();
		const headers = { ...JSON_TYPE, origin: originOf(sandbox.storageUrl) };
		const options = { method: 'POST', headers, body: '{}' };
		expect((await send(steering(sandbox, '/reset'), options)).status).toBe(403);
	});

	test.each(['cross-site', 'same-site'])('when its browser says %s', async (site) => {
		const sandbox = await withJob();
		const headers = { 'sec-fetch-site': site };
		expect((await send(steering(sandbox, '/requests'), { headers })).status).toBe(403);
	});

	test('and is not let in when it asks first', async () => {
		const sandbox = await withJob();
		const { status, headers } = await send(steering(sandbox, '/reset'), {
			method: 'OPTIONS',
			headers: {
				origin: 'https://evil.example',
				'access-control-request-method': 'POST',
				'access-control-request-headers': 'content-type,authorization',
			},
		});
		expect(status).toBe(403);
		expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
	});

	test('while programs and its own pages can', async () => {
		const sandbox = await withJob();
		const own = { ...JSON_TYPE, origin: originOf(sandbox.url), 'sec-fetch-site': 'same-origin' };
		for (const headers of [JSON_TYPE, own]) {
			const options = { method: 'POST', headers, body: '{"only":["stats"]}' };
			expect((await send(steering(sandbox, '/reset'), options)).status).toBe(200);
		}
	});
});

describe('H11: a name that a page made lead here', () => {
	const hosts = [
		...['evil.example', 'evil.example:8787', 'localhost.evil.example', '127.0.0.1.evil.example'],
		...['127.0.0.1.nip.io', 'user@127.0.0.1', 'localhost, evil.example', '[evil.example]', ':80'],
	];

	test.each(hosts)('is not answered by either server: %s', async (host) => {
		const sandbox = await withJob();
		const [job] = sandbox.steer.seed({ outputs: 1 }).ids;
		const [output] = await outputsOf(sandbox, job!);
		const headers = { host, ...KEY };
		for (const path of ['/stats', '/options', '/requests', '/faults']) {
			const { status, text } = await send(steering(sandbox, path), { headers });
			expect([path, status]).toEqual([path, 403]);
			expect(text).not.toContain(API_KEY);
		}
		expect((await send(`${sandbox.url}/batch/jobs`, { headers })).status).toBe(403);
		expect((await send(originOf(sandbox.url), { headers })).status).toBe(403);
		const file = await send(output!.data.ref, { headers: { host } });
		expect([file.status, file.text]).toEqual([403, expect.stringContaining('<Error>')]);
		const options = { method: 'POST', headers: { ...headers, ...JSON_TYPE }, body: '{}' };
		expect((await send(steering(sandbox, '/reset'), options)).status).toBe(403);
		expect(await jobsOf(sandbox)).toBe(2);
	});

	test('without a Host at all is not answered', async () => {
		const sandbox = await withJob();
		const reply = await new Promise<string>((resolve) => {
			let text = '';
			const socket = connect(Number(new URL(sandbox.url).port), '127.0.0.1', () =>
				socket.write('GET /_sandbox/options HTTP/1.0\r\n\r\n'),
			);
			socket.on('data', (data) => (text += data.toString()));
			socket.on('close', () => resolve(text));
		});
		expect(reply).toMatch(/^HTTP\/1\.[01] 403 /);
	});

	test.each([
		...['localhost', '127.0.0.1', '[::1]', '192.168.1.20', 'n8n.localhost'],
		...['host.docker.internal', hostname()],
	])('as long as it is no name that could be somebody else: %s is answered', async (host) => {
		const sandbox = await withJob();
		const headers = { ...KEY, host: `${host}:8787` };
		expect((await send(`${sandbox.url}/batch/jobs`, { headers })).status).toBe(200);
		expect((await send(steering(sandbox, '/stats'), { headers })).status).toBe(200);
	});

	test('is answered where it is allowed', async () => {
		const sandbox = await start({ apiKey: API_KEY, allowedHosts: ['sandbox'] });
		const headers = { ...KEY, host: 'Sandbox:8787' };
		expect((await send(`${sandbox.url}/batch/jobs`, { headers })).status).toBe(200);
	});

	test('while a link on a page of n8n still leads to a file', async () => {
		const sandbox = await withJob();
		const [job] = sandbox.steer.seed({ outputs: 1, outputBytes: 100 }).ids;
		const [output] = await outputsOf(sandbox, job!);
		const headers = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
		const { status, text } = await send(output!.data.ref, { headers });
		expect([status, text.length]).toEqual([200, 100]);
	});

	test('and pages of other origins do not reach the API or the storage', async () => {
		const sandbox = await withJob();
		const [job] = sandbox.steer.seed({ outputs: 1 }).ids;
		const [output] = await outputsOf(sandbox, job!);
		const headers = { ...KEY, origin: 'https://evil.example' };
		expect((await send(`${sandbox.url}/batch/jobs`, { headers })).status).toBe(403);
		const { origin } = headers;
		expect((await send(output!.data.ref, { headers: { origin } })).status).toBe(403);
	});
});

describe('H11: steering from another machine', () => {
	/** A non-loopback address of this machine, as others see it. */
	const address = Object.values(networkInterfaces())
		.flat()
		.find((each) => each?.family === 'IPv4' && !each.internal)?.address;

	(address || process.env.CI ? test : test.skip)('needs the key', async () => {
		const sandbox = await start({ apiKey: API_KEY, host: '0.0.0.0' });
		const url = steering(sandbox, '/stats').replace('127.0.0.1', address!);
		expect((await send(url)).status).toBe(401);
		expect((await send(url, { headers: { authorization: 'Bearer sk_wrong' } })).status).toBe(401);
		expect((await send(url, { headers: KEY })).status).toBe(200);
		const reset = url.replace('/stats', '/reset');
		const options = { method: 'POST', body: '{}' };
		expect((await send(reset, { ...options, headers: JSON_TYPE })).status).toBe(401);
		expect((await send(reset, { ...options, headers: { ...JSON_TYPE, ...KEY } })).status).toBe(200);
		expect((await send(steering(sandbox, '/stats'))).status).toBe(200);
	});
});

describe('H11: answers hold no secrets', () => {
	test('not the key, nor headers that carry one, nor signatures of links', async () => {
		const sandbox = await withJob();
		const [job] = sandbox.steer.seed({ outputs: 1 }).ids;
		const [output] = await outputsOf(sandbox, job!);
		const signature = new URL(output!.data.ref).searchParams.get('X-Amz-Signature')!;
		await send(output!.data.ref, { headers: { ...KEY, 'x-api-key': 'sk_other', cookie: 'a=b' } });
		await send(`${sandbox.url}/batch/jobs?key=${API_KEY}`, { headers: KEY });
		await send(`${sandbox.url}/batch/${API_KEY}`, { headers: { authorization: 'Basic c2VjcmV0' } });
		sandbox.steer.faults({ kind: 'redirect', location: `http://x.example/?key=${API_KEY}` });
		const paths = ['/options', '/requests', '/stats', '/faults'];
		const answers = await Promise.all(paths.map((path) => send(steering(sandbox, path))));
		expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
		for (const { text } of answers) {
			for (const secret of [API_KEY, signature, 'sk_other', 'a=b', 'c2VjcmV0', 'apiKey']) {
				expect(text).not.toContain(secret);
			}
		}
		expect(answers[1]!.text).toContain('"authorization":"[hidden]"');
		const body = JSON.stringify({ apiKey: 'sk_next_secret' });
		const changed = { method: 'POST', headers: JSON_TYPE, body };
		expect((await send(steering(sandbox, '/options'), changed)).text).not.toContain('sk_');
	});

	test('and are neither guessed by browsers nor read by other pages', async () => {
		const sandbox = await withJob();
		for (const url of [steering(sandbox, '/stats'), `${sandbox.url}/batch/jobs`]) {
			expect((await send(url, { headers: KEY })).headers).toMatchObject({
				'x-content-type-options': 'nosniff',
				'cross-origin-resource-policy': 'same-origin',
			});
		}
	});

	test('an error in HTML or XML holds no markup of others', async () => {
		const sandbox = await withJob();
		const message = '<img src=x onerror=alert(1)>';
		for (const envelope of ['html', 'xml'] as const) {
			sandbox.steer.faults({ kind: 'status', status: 503, envelope, message });
			const { text } = await send(`${sandbox.url}/batch/jobs`, { headers: KEY });
			expect([envelope, text.includes('<img')]).toEqual([envelope, false]);
		}
	});
});

describe('H11: what --data keeps is private', () => {
	let parent: string;
	beforeEach(async () => {
		parent = await mkdtemp(join(tmpdir(), 'sandbox-'));
	});
	afterEach(() => rm(parent, { recursive: true, force: true }));

	const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

	async function run(data: string) {
		const sandbox = await start({ data });
		await upload(sandbox, 'a.csv', 'a\n1\n');
		await sandbox.close();
	}

	async function modes(data: string) {
		const blobs = await readdir(join(data, 'blobs'));
		return {
			folders: await Promise.all([data, join(data, 'blobs')].map(modeOf)),
			files: await Promise.all(
				[join(data, 'state'), ...blobs.map((blob) => join(data, 'blobs', blob))].map(modeOf),
			),
		};
	}

	const closed = { folders: ['700', '700'], files: ['600', '600'] };

	test('in a new folder, whatever the umask', async () => {
		const before = process.umask(0);
		try {
			await run(join(parent, 'new', 'data'));
		} finally {
			process.umask(before);
		}
		expect(await modes(join(parent, 'new', 'data'))).toEqual(closed);
		expect(await modeOf(join(parent, 'new'))).toBe('700');
	});

	test('in an empty one that was open', async () => {
		const data = join(parent, 'data');
		await mkdir(data);
		await run(data);
		expect(await modes(data)).toEqual(closed);
	});

	test('also what an earlier version left open', async () => {
		const data = join(parent, 'data');
		await run(data);
		const blobs = await readdir(join(data, 'blobs'));
		for (const folder of [data, join(data, 'blobs')]) await chmod(folder, 0o755);
		for (const file of ['state', ...blobs.map((blob) => join('blobs', blob))]) {
			await chmod(join(data, file), 0o644);
		}
		await writeFile(join(data, 'state.new'), 'half of it', { mode: 0o644 });
		const sandbox = await start({ data });
		expect(await modes(data)).toEqual(closed);
		await sandbox.close();
		expect(await modes(data)).toEqual(closed);
	});

	test('but a folder of others stays as open as it is', async () => {
		const data = join(parent, 'data');
		await mkdir(data);
		await writeFile(join(data, 'mine.txt'), '');
		const before = await modeOf(data);
		await run(data);
		expect(await modeOf(data)).toBe(before);
		expect((await modes(data)).files).toEqual(['600', '600']);
	});
});

describe('H11: the command line', () => {
	const root = join(__dirname, '..', '..', '..');

	/** Runs the sandbox as a program and stops it once it is ready. Returns what it printed. */
	async function printed(...args: string[]) {
		const file = join(root, 'sandbox', 'main.ts');
		const program = execa(process.execPath, ['--import', 'tsx', file, '--port', '0', ...args], {
			cwd: root,
			reject: false,
		});
		program.stdout!.on('data', () => program.kill('SIGTERM'));
		const { stdout, stderr } = await program;
		return { stdout, stderr };
	}

	test.each([['0.0.0.0'], ['::']])('warns of --host %s with the default key', async (host) => {
		const { stdout, stderr } = await printed('--host', host);
		expect(stdout).toContain('Archetype AI sandbox ready');
		expect(stderr).toMatch(/^Warning: other machines can reach this sandbox/);
		expect(stderr).toContain('--api-key');
	});

	test.each([[[]], [['--host', '127.0.0.1']], [['--host', '0.0.0.0', '--api-key', API_KEY]]])(
		'does not warn with %j',
		async (args) => {
			const { stdout, stderr } = await printed(...args);
			expect(stdout).toContain('Archetype AI sandbox ready');
			expect(stderr).toBe('');
		},
	);
});
