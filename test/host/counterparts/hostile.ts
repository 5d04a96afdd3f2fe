import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

/** How many outputs an endless list returns at a time. */
const PAGE = 100;
const SIGNATURE = '5ec7e7'.repeat(8);

/** A service, and the storage behind its links, that does everything a client fears at once. */
export interface HostileService {
	/** The Base URL for a credential. */
	url: string;
	/** When each request came, in ms since the start, and its path. */
	asked: Array<{ at: number; path: string }>;
	/** From now on it is hostile, and the one well-behaved job has ended. */
	turnHostile(): void;
	close(): Promise<void>;
}

export const GOOD_JOB = 'job_good';
/** What must appear in no item and no n8n log. */
export const SECRET = SIGNATURE;

/** Starts it on a free local port. */
export async function startHostileService(): Promise<HostileService> {
	const start = Date.now();
	const asked: HostileService['asked'] = [];
	const trickles = new Set<NodeJS.Timeout>();
	let isHostile = false;

	const server = createServer((request, response) => {
		const url = new URL(request.url ?? '/', 'http://127.0.0.1');
		asked.push({ at: Date.now() - start, path: `${url.pathname}${url.search}` });
		response.on('error', () => {});
		const path = url.pathname.replace(/^\/v0\.5/, '');
		if (path === '/batch/jobs') return listJobs(url, response);
		const [, job, below = ''] = /^\/batch\/jobs\/([^/]+)(\/.*)?$/.exec(path) ?? [];
		if (job === GOOD_JOB) return json(response, goodJob());
		if (below === '/outputs') return listOutputs(job ?? '', url, response);
		if (path === '/storage/line') return oneLine(response);
		if (path === '/storage/trickle') return trickle(response, 'a,b\n');
		return pageOf30Megabytes(response);
	});

	function listJobs(url: URL, response: ServerResponse): void {
		const offset = Number(url.searchParams.get('offset') ?? 0);
		if (!isHostile) {
			const jobs = offset === 0 ? [goodJob()] : [];
			return json(response, { total: 1, offset, limit: 100, jobs });
		}
		switch (url.searchParams.get('status')) {
			case 'RUNNING':
				return inflating(response);
			case 'PENDING':
				return pageOf30Megabytes(response);
			case 'ADMITTED':
				return trickle(response, '{');
			case 'PREEMPTED':
				return json(response, { total: 1e308, offset, limit: 1, jobs: manyRows() });
			default:
				return list(response, offset);
		}
	}

	/** A few rows, one of them good. */
	function list(response: ServerResponse, offset: number): void {
		const rows = offset === 0 ? `[${JSON.stringify(goodJob())},${BAD_JOBS.join(',')}]` : '[]';
		response.setHeader('content-type', 'application/json');
		const total = BAD_JOBS.length + 1;
		response.end(`{"total":${total},"offset":${offset},"limit":100,"jobs":${rows}}`);
	}

	const goodJob = () => ({
		...jobRow(GOOD_JOB),
		status: isHostile ? 'COMPLETED' : 'RUNNING',
		completed_at: isHostile ? new Date().toISOString() : null,
	});

	function listOutputs(job: string, url: URL, response: ServerResponse): void {
		const offset = Number(url.searchParams.get('offset') ?? 0);
		const { port } = server.address() as AddressInfo;
		const ref = `http://127.0.0.1:${port}/storage/${job.replace('job_', '')}?X-Amz-Signature=${SIGNATURE}`;
		const row = (id: number | string) => ({
			...{ id: `out_${id}`, port_name: 'p', created_at: '2026-03-01T00:00:00Z' },
			data: { ref, filename: `f_${id}.csv` },
		});
		if (job === 'job_many') {
			const outputs = Array.from({ length: 300_000 }, (_, id) => row(id));
			return json(response, { total: 300_000, offset, limit: 1, outputs });
		}
		if (job === 'job_endless') {
			const outputs = Array.from({ length: PAGE }, (_, id) => row(offset + id));
			return json(response, { total: 1e15, offset, limit: PAGE, outputs });
		}
		return json(response, { total: 1, offset, limit: 1, outputs: [row(1)] });
	}

	function trickle(response: ServerResponse, begin: string): void {
		response.writeHead(200, { 'content-type': 'application/json' });
		response.write(begin);
		const timer = setInterval(() => response.write(' '), 1_000);
		trickles.add(timer);
		response.on('close', () => clearInterval(timer));
	}

	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	return {
		...{ url: `http://127.0.0.1:${port}/v0.5`, asked },
		turnHostile: () => void (isHostile = true),
		async close() {
			for (const timer of trickles) clearInterval(timer);
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

function json(response: ServerResponse, value: unknown): void {
	response.setHeader('content-type', 'application/json');
	response.end(JSON.stringify(value));
}

/** One megabyte that inflates to three hundred. */
function inflating(response: ServerResponse): void {
	response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
	response.end(BOMB);
}

const BOMB = gzipSync(Buffer.alloc(300_000_000, ' '), { level: 9 });

function pageOf30Megabytes(response: ServerResponse): void {
	response.writeHead(500, { 'content-type': 'text/html' });
	response.end(`<html><a href="javascript:alert(1)">${'<b>x</b> '.repeat(3_500_000)}</html>`);
}

/** A 60 MB row. */
function oneLine(response: ServerResponse): void {
	response.writeHead(200, { 'content-type': 'text/csv' });
	response.write('a,b\n1,"');
	const megabyte = 'x'.repeat(1_000_000);
	for (let sent = 0; sent < 60; sent++) response.write(megabyte);
	response.end('"\n');
}

const jobRow = (id: string) => ({
	...{ id, name: 'pump', status: 'RUNNING', retry_count: 0, created_at: '2026-03-01T00:00:00Z' },
	updated_at: '2026-03-01T00:00:00Z',
	started_at: '2026-03-01T00:00:00Z',
});

const manyRows = () => Array.from({ length: 300_000 }, (_, id) => jobRow(`job_${id}`));

const signed = `https://b.example/o?X-Amz-Signature=${SIGNATURE}`;
const ended = { status: 'COMPLETED', completed_at: '2026-03-01T00:00:00Z' };

/** Malicious rows, as JSON. */
const BAD_JOBS = [
	...['constructor', '__proto__', 'hasOwnProperty', 'toString', 'valueOf'].map((id) => jobRow(id)),
	jobRow('../../admin'),
	jobRow('a/b'),
	jobRow('x'.repeat(2_000_000)),
	{ ...jobRow('job_markup'), ...ended, name: '<img src=x onerror=alert(1)>' },
	{ ...jobRow('job_signed'), ...ended, error: { message: signed, preview_ref: signed } },
	{ ...jobRow('job_odd'), retry_count: '0' },
	{ ...jobRow('job_times'), created_at: '9'.repeat(100_000), updated_at: {} },
	null,
]
	.map((row) => JSON.stringify(row))
	.concat(`{"id":"job_deep","status":"RUNNING","created_at":"","parameters":${deep(200_000)}}`);

function deep(levels: number): string {
	return `${'['.repeat(levels)}${']'.repeat(levels)}`;
}
