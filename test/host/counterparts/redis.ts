import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

import { execa } from 'execa';
import getPort from 'get-port';

import { until } from '../../../tools/n8n/until';

const START_TIMEOUT_MS = 30_000;

export interface Redis {
	/** The environment that makes n8n hand executions to workers through it. */
	env: Record<string, string>;
	close(): Promise<void>;
}

/**
 * The path of `redis-server`; undefined if it is not installed.
 *
 * @throws Error if it is not installed in CI
 */
export function findRedis(): string | undefined {
	const folders = (process.env.PATH ?? '').split(delimiter);
	const found = folders
		.map((folder) => join(folder, 'redis-server'))
		.find((path) => existsSync(path));
	if (!found && process.env.CI) throw new Error('Redis is not installed; .ci/run does that.');
	return found;
}

/** Starts a new Redis on a free port, without persistence. */
export async function startRedis(program: string): Promise<Redis> {
	const folder = await mkdtemp(join(tmpdir(), 'host-test-redis-'));
	const port = await getPort();
	const settings = ['--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder];
	const server = execa(program, ['--port', String(port), ...settings], { reject: false });
	let said = '';
	server.stdout?.on('data', (text: Buffer) => (said += text.toString()));
	const close = async () => {
		server.kill();
		await server;
		await rm(folder, { recursive: true, force: true });
	};
	try {
		await until(START_TIMEOUT_MS, 'Redis did not start', () =>
			Promise.resolve(said.includes('Ready to accept connections')),
		);
	} catch (error) {
		await close();
		throw error;
	}
	const address = { QUEUE_BULL_REDIS_HOST: '127.0.0.1', QUEUE_BULL_REDIS_PORT: String(port) };
	return { env: { EXECUTIONS_MODE: 'queue', ...address }, close };
}
