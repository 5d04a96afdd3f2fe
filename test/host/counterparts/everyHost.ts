import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as received. */
export interface Arrived {
	/** Host and port. */
	host: string;
	path: string;
	hasKey: boolean;
}

/** A server that acts as every host: addressed directly, or as a proxy. */
export interface EveryHost {
	/** `127.0.0.1:49152`; also reached as `localhost:49152`, to act as another host. */
	address: string;
	arrived: Arrived[];
	/** Whether lists redirect away from the Base URL, to one place after another. */
	redirectLists(isOn: boolean): void;
	close(): Promise<void>;
}

export const FILE = 'a,b\n1,2\n';
export const EMPTY_LIST = { total: 0, offset: 0, limit: 100, jobs: [] };

/**
 * Starts it on a free port. It answers `/v0.5/batch/jobs` with an empty list or, on demand, with
 * redirects to a foreign origin and to a foreign path; any job's outputs also link to both. All of
 * this is also served under `/archetype`, like a service hosted elsewhere.
 */
export async function startEveryHost(key: string): Promise<EveryHost> {
	const arrived: Arrived[] = [];
	let areRedirected = false;
	let redirects = 0;

	const server = createServer((request, response) => {
		const { host, pathname: path } = urlOf(request);
		const pathname = path.replace(/^\/archetype\//, '/');
		const hasKey = JSON.stringify([request.url, request.rawHeaders]).includes(key);
		arrived.push({ host, path, hasKey });
		const foreign = foreignOf(host);
		const places = [`http://${foreign}/v0.5/stolen`, `http://${host}/outside/stolen`];
		if (pathname === '/v0.5/batch/jobs') {
			if (areRedirected) return redirect(response, places[redirects++ % places.length]!);
			return json(response, EMPTY_LIST);
		}
		if (pathname.endsWith('/outputs')) {
			const refs = ['/files/download/away', '/files/download/aside', `http://${foreign}/link`];
			const outputs = refs.map((ref, id) => ({
				...{ id: `out_${id}`, port_name: 'p' },
				data: { ref, filename: `${id}.csv`, num_bytes: FILE.length },
			}));
			return json(response, { total: outputs.length, offset: 0, limit: 100, outputs });
		}
		if (pathname === '/v0.5/files/download/away') return redirect(response, places[0]!);
		if (pathname === '/v0.5/files/download/aside') return redirect(response, places[1]!);
		response.writeHead(200, { 'content-type': 'text/csv' }).end(FILE);
	});

	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	return {
		...{ address: `127.0.0.1:${port}`, arrived },
		redirectLists: (isOn) => void (areRedirected = isOn),
		async close() {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

/** A proxy is sent the full URL. */
const urlOf = ({ url = '/', headers }: IncomingMessage): URL =>
	new URL(url, `http://${headers.host ?? 'none'}`);

/** Another host that also leads here. */
export const foreignOf = (host: string): string =>
	host.startsWith('127.0.0.1') ? host.replace('127.0.0.1', 'localhost') : 'elsewhere.example';

const redirect = (response: ServerResponse, location: string): void =>
	void response.writeHead(302, { location }).end();

function json(response: ServerResponse, value: unknown): void {
	response.setHeader('content-type', 'application/json');
	response.end(JSON.stringify(value));
}
