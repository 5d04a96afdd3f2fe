import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { readOptions, type SandboxOptions } from './options';
import { API_PREFIX, makeApiServer } from './routes/api';
import { makeService } from './service';
import { makeSteer, type Steer } from './steer';
import { makeStorageServer } from './storage/server';

export type { SandboxOptions } from './options';
export type { Steer } from './steer';

/** A running sandbox. */
export interface Sandbox {
	/** Base URL as the credential expects it: `http://127.0.0.1:8787/v0.5`. */
	url: string;
	/** The second origin, which serves presigned links. */
	storageUrl: string;
	/** The key the API accepts. */
	readonly apiKey: string;
	steer: Steer;
	/** Drops open connections and stops both servers. */
	close(): Promise<void>;
}

/**
 * Starts a stand-in for the Archetype AI service. Rejects if an option is invalid or a port is in
 * use (with Node's error, code `EADDRINUSE`).
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
	const { start, behaviour } = readOptions(options);
	const service = await makeService(start, behaviour);
	const steer = makeSteer(service);
	const storage = makeStorageServer(service);
	const api = makeApiServer(service, steer);
	let closing: Promise<void> | undefined;
	const close = () =>
		(closing ??= Promise.all([api.close(), storage.close()]).then(() => service.stop()));
	try {
		service.storagePort = await listen(storage, start.host, start.storagePort);
		const port = await listen(api, start.host, start.port);
		const isEmpty = service.jobs.total({}) === 0;
		if (start.jobs > 0 && isEmpty) steer.seed({ count: start.jobs });
		const origin = `http://${reachable(start.host)}`;
		return {
			url: `${origin}:${port}${API_PREFIX}`,
			storageUrl: `${origin}:${service.storagePort}`,
			get apiKey() {
				return behaviour.apiKey;
			},
			steer,
			close,
		};
	} catch (error) {
		await close();
		throw error;
	}
}

/** Starts listening and returns the actual port. */
async function listen(app: FastifyInstance, host: string, port: number): Promise<number> {
	await app.listen({ host, port });
	return (app.server.address() as AddressInfo).port;
}

/** A server that listens on all interfaces is reached through loopback on this machine. */
function reachable(host: string): string {
	if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
	return host.includes(':') ? `[${host}]` : host;
}
