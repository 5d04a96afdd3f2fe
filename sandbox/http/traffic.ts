import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { isoMicros, type Clock } from '../clock';

const REQUESTS_REMEMBERED = 1000;

export type Origin = 'api' | 'storage';

/** One request that was answered or aborted. */
export interface LoggedRequest {
	/** Sandbox time at which it arrived. */
	at: string;
	origin: Origin;
	method: string;
	/** Path and query as the client sent them. */
	url: string;
	/** Pattern of the route that answered, such as `GET /batch/jobs/:id`. */
	route: string;
	headers: IncomingHttpHeaders;
	status: number;
	/** Response bytes, headers included. */
	bytes: number;
	/** Real time it took, in ms. */
	ms: number;
}

/** Requests answered by one route, and the bytes sent for them, headers included. */
export interface RouteStats {
	requests: number;
	bytes: number;
}

export interface OriginStats extends RouteStats {
	/** Connections: now, at peak, and in total. */
	connections: Gauge;
	/** Requests being answered: now, at peak, and in total. */
	concurrent: Gauge;
}

export interface TrafficStats {
	api: OriginStats;
	storage: OriginStats & {
		/** Requests that came with an Authorization header, which storage must never see. */
		authorization_headers: number;
	};
	routes: Record<string, RouteStats>;
}

interface Gauge {
	open: number;
	max: number;
	total: number;
}

/** Counts the requests to both origins. */
export class Traffic {
	private stats = emptyStats();
	private log: LoggedRequest[] = [];

	constructor(private readonly clock: Clock) {}

	/** Watches a server. `isCounted` leaves out what is not part of the service. */
	watch(app: FastifyInstance, origin: Origin, isCounted: (url: string) => boolean) {
		app.server.on('connection', (socket) => {
			const leave = enter(this.stats[origin].connections);
			// Once all is sent, the client may open its next connection before this one has closed.
			socket.once('finish', leave).once('close', leave);
		});
		app.addHook('onRequest', async (request, reply) => {
			if (!isCounted(request.url)) return;
			const { socket } = request.raw;
			const bytesBefore = socket.bytesWritten;
			const startedAt = performance.now();
			const at = isoMicros(this.clock.now());
			const leave = enter(this.stats[origin].concurrent);
			if (origin === 'storage' && request.headers.authorization !== undefined) {
				this.stats.storage.authorization_headers++;
			}
			// `close` follows complete and aborted responses alike.
			reply.raw.once('close', () => {
				leave();
				this.count({
					at,
					origin,
					method: request.method,
					url: request.url,
					route: `${request.method} ${request.routeOptions.url ?? '(none)'}`.replace('/v0.5', ''),
					headers: request.headers,
					status: reply.statusCode,
					bytes: socket.bytesWritten - bytesBefore,
					ms: performance.now() - startedAt,
				});
			});
		});
	}

	/** Returns the counts since the last {@link reset}. */
	read(): TrafficStats {
		return structuredClone(this.stats);
	}

	/** Returns the last `count` requests, oldest first. */
	requests(count = REQUESTS_REMEMBERED): LoggedRequest[] {
		return count > 0 ? this.log.slice(-count) : [];
	}

	/** Resets the counts; what is open stays open. */
	reset() {
		const { api, storage } = this.stats;
		this.stats = emptyStats();
		this.log = [];
		for (const [old, fresh] of [
			[api, this.stats.api],
			[storage, this.stats.storage],
		] as const) {
			// The gauges are kept: connections open now will leave them later.
			fresh.connections = Object.assign(old.connections, restarted(old.connections));
			fresh.concurrent = Object.assign(old.concurrent, restarted(old.concurrent));
		}
	}

	private count(request: LoggedRequest) {
		const route = (this.stats.routes[`${request.origin} ${request.route}`] ??= emptyRoute());
		for (const counted of [route, this.stats[request.origin]]) {
			counted.requests++;
			counted.bytes += request.bytes;
		}
		this.log.push(request);
		// Trimming only now and then keeps the log cheap under load.
		if (this.log.length > 2 * REQUESTS_REMEMBERED) this.log = this.log.slice(-REQUESTS_REMEMBERED);
	}
}

/** Counts one in. Returns a function that counts it out. */
function enter(gauge: Gauge): () => void {
	gauge.open++;
	gauge.total++;
	gauge.max = Math.max(gauge.max, gauge.open);
	let isOpen = true;
	return () => {
		if (isOpen) gauge.open--;
		isOpen = false;
	};
}

function restarted({ open }: Gauge): Gauge {
	return { open, max: open, total: 0 };
}

function emptyStats(): TrafficStats {
	return {
		api: emptyOrigin(),
		storage: { ...emptyOrigin(), authorization_headers: 0 },
		routes: {},
	};
}

function emptyOrigin(): OriginStats {
	const gauge = () => ({ open: 0, max: 0, total: 0 });
	return { ...emptyRoute(), connections: gauge(), concurrent: gauge() };
}

function emptyRoute(): RouteStats {
	return { requests: 0, bytes: 0 };
}
