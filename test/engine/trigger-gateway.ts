import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A reply in transit; tests modify it. */
export interface Passing {
	status: number;
	headers: Record<string, string>;
	/** The reply's JSON, or its text. */
	body: unknown;
}

/** What a gateway does with a request; 'trickle' sends headers and then a blank now and then. */
export type Handler = (
	url: URL,
	pass: () => Promise<Passing>,
	request: IncomingMessage,
) => Promise<Passing | 'trickle'>;

const BLANK_EVERY_MS = 200;

/** Sits between a trigger and a sandbox and tampers with the traffic. */
export class Gateway {
	/** Passes everything on by default. */
	handle: Handler = async (_, pass) => await pass();
	/** The paths and queries requested. */
	readonly asked: string[] = [];
	private readonly server: Server;
	private readonly trickles = new Set<NodeJS.Timeout>();

	constructor(
		/** The sandbox's URL, with its version path. */
		private readonly target: string,
		private readonly apiKey: string,
	) {
		this.server = createServer((request, response) => {
			this.answer(request, response).catch(() => response.destroy());
		});
	}

	async listen(): Promise<void> {
		await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
	}

	/** The Base URL for a credential. */
	get url(): string {
		const { port } = this.server.address() as AddressInfo;
		return `http://127.0.0.1:${port}/v0.5`;
	}

	async close(): Promise<void> {
		for (const trickle of this.trickles) clearInterval(trickle);
		this.server.closeAllConnections();
		await new Promise((resolve) => this.server.close(resolve));
	}

	private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const url = new URL(request.url ?? '/', this.target);
		this.asked.push(`${url.pathname}${url.search}`);
		const pass = async (): Promise<Passing> => {
			const reply = await fetch(url, { headers: { authorization: `Bearer ${this.apiKey}` } });
			const date = reply.headers.get('date') ?? '';
			return { status: reply.status, headers: { date }, body: await reply.json() };
		};
		const reply = await this.handle(url, pass, request);
		if (reply === 'trickle') {
			response.writeHead(200, { 'content-type': 'application/json' });
			const trickle = setInterval(() => response.write(' '), BLANK_EVERY_MS);
			this.trickles.add(trickle);
			response.on('close', () => clearInterval(trickle));
			return;
		}
		const { status, headers, body } = reply;
		const isText = typeof body === 'string';
		const type = isText ? 'text/html' : 'application/json';
		response.writeHead(status, { 'content-type': type, ...headers });
		response.end(isText ? body : JSON.stringify(body));
	}
}

/** An error as the service sends it. */
export const serviceError = (status: number): Passing => ({
	status,
	headers: {},
	body: { errors: [{ code: 'refused', message: 'no' }] },
});

type Row = Record<string, unknown>;

/** Maps the rows of a reply; undefined drops a row. */
export function mapJobs(reply: Passing, change: (row: Row) => Row | undefined): Passing {
	const body = reply.body as Row & { jobs?: Row[] };
	if (body.jobs === undefined) return { ...reply, body: change(body) ?? body };
	return { ...reply, body: { ...body, jobs: body.jobs.flatMap((row) => change(row) ?? []) } };
}
