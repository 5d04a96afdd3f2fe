import { createInterface } from 'node:readline';
import { join } from 'node:path';

import { execa } from 'execa';
import { Pool } from 'undici';

import type { Steer } from '../../sandbox';

type Steering<Name extends keyof Steer> = (
	...of: Parameters<Steer[Name]>
) => Promise<Awaited<ReturnType<Steer[Name]>>>;

/** A sandbox in its own process, so that its work does not count as its client's. */
export interface SandboxProcess {
	url: string;
	apiKey: string;
	steer: {
		[
			Name in 'seed' | 'clock' | 'options' | 'setJobStatus' | 'stats' | 'requests' | 'reset'
		]: Steering<Name>;
	};
	/** Puts a failed or cancelled job back in the queue, as a user does. */
	retry(jobId: string): Promise<void>;
	close(): Promise<void>;
}

const root = join(__dirname, '..', '..');
const API_KEY = 'sk_bench';
const READY = /^Archetype AI sandbox ready: (\S+)$/;

/** Starts a sandbox on free ports. Rejects with what it printed if it does not start. */
export async function startSandboxProcess(): Promise<SandboxProcess> {
	const args = ['--import', 'tsx', 'sandbox/main.ts', '--port', '0', '--api-key', API_KEY];
	const child = execa(process.execPath, args, { cwd: root, reject: false });
	const url = await Promise.race([readUrl(child.stdout!), child.then(({ stderr }) => stderr)]);
	if (!url.startsWith('http')) throw new Error(`The sandbox did not start: ${url}`);

	const pool = new Pool(new URL(url).origin);
	async function send<Reply>(method: 'GET' | 'POST', path: string, body?: object): Promise<Reply> {
		const { statusCode, body: reply } = await pool.request({
			method,
			path,
			headers: {
				authorization: `Bearer ${API_KEY}`,
				...(body && { 'content-type': 'application/json' }),
			},
			body: body && JSON.stringify(body),
		});
		const text = await reply.text();
		if (statusCode !== 200) throw new Error(`${method} ${path} gave ${statusCode}: ${text}`);
		return JSON.parse(text) as Reply;
	}
	return {
		url,
		apiKey: API_KEY,
		steer: {
			seed: (request) => send('POST', '/_sandbox/seed', request ?? {}),
			clock: (request) => send('POST', '/_sandbox/clock', request ?? {}),
			options: (request) => send('POST', '/_sandbox/options', request ?? {}),
			setJobStatus: (id, request) => send('POST', `/_sandbox/jobs/${id}/status`, request),
			stats: () => send('GET', '/_sandbox/stats'),
			requests: () => send('GET', '/_sandbox/requests'),
			reset: (request) => send('POST', '/_sandbox/reset', request ?? {}),
		},
		async retry(jobId) {
			await send('POST', `/v0.5/batch/jobs/${jobId}/retry`);
		},
		async close() {
			await pool.destroy();
			child.kill('SIGTERM');
			await child;
		},
	};
}

async function readUrl(output: NodeJS.ReadableStream): Promise<string> {
	for await (const line of createInterface({ input: output })) {
		const url = READY.exec(line)?.[1];
		if (url !== undefined) return url;
	}
	return 'it printed no address';
}
