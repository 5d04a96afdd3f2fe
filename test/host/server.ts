import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { N8nClient, type CredentialReference, type Owner } from '../../tools/n8n/client';
import type { N8nInstallation } from '../../tools/n8n/install';
import type { PackedPackage } from '../../tools/n8n/pack';
import { startN8n, type N8nServer } from '../../tools/n8n/server';
import { startSandbox, type Sandbox } from '../../sandbox';

const API_KEY = 'sk_host_test';
const START_TIMEOUT_MS = 240_000;

/** A file to upload for jobs. */
export interface SensorFile {
	/** The name jobs refer to it by. */
	name: string;
	content: string;
}

/** A new server with the tarball installed and no owner yet, and a sandbox. */
export interface EmptyServer {
	n8n: N8nServer;
	client: N8nClient;
	sandbox: Sandbox;
	/** A folder that workflows may write to. */
	files: string;
	/** An API reply as a plain client gets it, to compare the nodes' items with. */
	get: <Reply>(path: string) => Promise<Reply>;
	/** Uploads CSVs to the service, for jobs to use. */
	upload: (files: SensorFile[]) => Promise<void>;
}

/** A signed-in server with a credential for the sandbox. */
export interface TestServer extends EmptyServer {
	owner: Owner;
	credential: CredentialReference;
}

/** Starts it all before the surrounding tests and stops it after them. `env` is added to n8n's. */
export function useServer(
	installation: N8nInstallation,
	packed: PackedPackage,
	env: Record<string, string> = {},
): TestServer {
	const server = useEmptyServer(installation, packed, env) as TestServer;

	beforeAll(async () => {
		server.owner = await server.client.setUpOwner();
		server.credential = await server.client.createCredential('Sandbox', {
			apiKey: API_KEY,
			baseUrl: server.sandbox.url,
		});
	});

	return server;
}

/** The same without an owner and credential. */
export function useEmptyServer(
	installation: N8nInstallation,
	packed: PackedPackage,
	env: Record<string, string> = {},
): EmptyServer {
	const server = {} as EmptyServer;
	let folder: string;

	beforeAll(async () => {
		folder = await mkdtemp(join(tmpdir(), 'n8n-host-test-'));
		server.files = join(folder, 'files');
		await mkdir(server.files);
		server.sandbox = await startSandbox({ apiKey: API_KEY });
		server.n8n = await startN8n({
			installation,
			userFolder: folder,
			packages: [packed],
			env: { N8N_RESTRICT_FILE_ACCESS_TO: server.files, ...env },
		});
		server.client = new N8nClient(server.n8n.url);
		server.get = async <Reply>(path: string) => {
			const headers = { authorization: `Bearer ${API_KEY}` };
			const reply = await fetch(`${server.sandbox.url}${path}`, { headers });
			if (!reply.ok) throw new Error(`${path} was answered with HTTP ${reply.status}`);
			return (await reply.json()) as Reply;
		};
		server.upload = async (uploads) => {
			const headers = { authorization: `Bearer ${API_KEY}` };
			for (const { name, content } of uploads) {
				const body = new FormData();
				body.set('file', new Blob([content], { type: 'text/csv' }), name);
				const url = `${server.sandbox.url}/files`;
				const reply = await fetch(url, { method: 'POST', headers, body });
				if (!reply.ok) throw new Error(`${name} was refused with HTTP ${reply.status}`);
			}
		};
	}, START_TIMEOUT_MS);

	afterAll(async () => {
		await server.n8n?.stop();
		await server.sandbox?.close();
		await rm(folder, { recursive: true, force: true });
	}, START_TIMEOUT_MS);

	return server;
}
