import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import { execa } from 'execa';
import getPort from 'get-port';

import { startSandbox, type Sandbox } from '../../sandbox';
import { N8nClient, type Owner } from '../n8n/client';
import { installEmptyPackage } from '../n8n/community';
import { installN8n } from '../n8n/install';
import { keepLogin, keptLogin } from '../n8n/login';
import { startN8n, type N8nServer } from '../n8n/server';

const API_KEY = 'sk_sandbox';
const SANDBOX_PORT = 8787;
const JOBS = 20;

/** What runs during development. */
export interface Dev {
	n8n: N8nServer;
	client: N8nClient;
	sandbox: Sandbox;
	owner: Owner;
	/** Stops everything. */
	stop: () => Promise<void>;
}

/**
 * Starts the sandbox and an n8n with this package, recompiled whenever a source file changes; n8n
 * then reloads it. Workflows, jobs and the login are kept for the next start.
 *
 * @param root the package's folder, with `nodes` and `credentials`
 * @param home where everything is kept
 * @param say receives the output of the compiler and the installation
 * @throws Error with the end of n8n's log when it does not start
 */
export async function startDev(
	root: string,
	home: string,
	say: (text: string) => void,
): Promise<Dev> {
	const running: Array<() => Promise<unknown>> = [];
	const stop = async () => {
		for (const end of running.splice(0).reverse()) await end();
	};
	try {
		const userFolder = join(home, 'n8n');
		const loginFile = join(home, 'login.json');
		const kept = await keptLogin(loginFile);
		// Nobody could sign in any more.
		if (kept === undefined) await rm(userFolder, { recursive: true, force: true });

		const installation = await installN8n('2.x', say);
		const dist = await installEmptyPackage(userFolder, root);
		running.push(await compileOnChange(root, dist, say));
		const sandbox = await startSandbox({
			apiKey: API_KEY,
			port: await getPort({ port: SANDBOX_PORT }),
			data: join(home, 'sandbox'),
			jobs: JOBS,
		});
		running.push(() => sandbox.close());
		const env = { N8N_DEV_RELOAD: 'true' };
		const n8n = await startN8n({ installation, userFolder, port: kept?.port, env });
		running.push(() => n8n.stop());

		const client = new N8nClient(n8n.url);
		const owner = kept?.owner ?? (await client.setUpOwner());
		await client.login(owner);
		await keepLogin(loginFile, { port: n8n.port, owner });
		await client.saveCredential('Sandbox', { apiKey: API_KEY, baseUrl: sandbox.url });
		return { n8n, client, sandbox, owner, stop };
	} catch (error) {
		await stop();
		throw error;
	}
}

/** Runs `gulp watch` into that folder; after the first full build, resolves to what stops it. */
async function compileOnChange(
	root: string,
	dist: string,
	say: (text: string) => void,
): Promise<() => Promise<void>> {
	const compiler = execa('gulp', ['watch'], {
		cwd: root,
		preferLocal: true,
		localDir: root,
		env: { DIST: dist },
		all: true,
		buffer: false,
		reject: false,
	});
	await new Promise<void>((resolve, reject) => {
		compiler.all!.on('data', (chunk: Buffer) => {
			const text = chunk.toString().trimEnd();
			say(text);
			if (text.includes('Watching for file changes')) resolve();
		});
		void compiler.then(() => reject(new Error('gulp watch ended before all was compiled.')));
	});
	return async () => {
		compiler.kill();
		await compiler;
	};
}
