import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import getPort from 'get-port';

import { installCommunityPackage } from './community';
import type { N8nInstallation } from './install';
import { tailOf } from './log';
import type { PackedPackage } from './pack';

const START_TIMEOUT_MS = 180_000;
/** n8n gives running executions 30 s to finish. */
const STOP_TIMEOUT_MS = 40_000;

export interface N8nOptions {
	installation: N8nInstallation;
	/** Where the server keeps everything (N8N_USER_FOLDER); created if missing. */
	userFolder: string;
	/** Community packages to install before the start. */
	packages?: PackedPackage[];
	/** The port to listen on if it is free; otherwise any free port. */
	port?: number;
	/** Added to the quiet, offline settings that every server here gets. */
	env?: Record<string, string>;
}

/**
 * Starts a real n8n on free local ports and waits until its editor and REST API answer.
 *
 * @throws Error with the end of the server's log if it exits or does not answer within 3 minutes
 */
export async function startN8n(options: N8nOptions): Promise<N8nServer> {
	await mkdir(options.userFolder, { recursive: true });
	for (const packed of options.packages ?? []) {
		await installCommunityPackage(options.userFolder, packed);
	}
	const port = await getPort({ port: options.port });
	const server = new N8nServer(options, port, await getPort());
	await server.start();
	return server;
}

/** An n8n with its data; can be stopped or killed, and restarted on the same port and data. */
export class N8nServer {
	readonly url: string;
	readonly logFile: string;
	private process?: ChildProcess;

	constructor(
		private readonly options: N8nOptions,
		readonly port: number,
		private readonly brokerPort: number,
	) {
		this.url = `http://127.0.0.1:${port}`;
		this.logFile = join(options.userFolder, 'n8n.log');
	}

	/** Starts the server and waits until it answers; throws with the end of its log otherwise. */
	async start(): Promise<void> {
		this.process = await this.run('start', this.logFile, this.environment());
		await this.ready(this.process);
	}

	/** The running server's process ID, for watching its memory. */
	get pid(): number {
		const pid = this.process?.pid;
		if (pid === undefined) throw new Error('n8n is not running');
		return pid;
	}

	/** Starts a worker for this server's queue, which keeps running when the server is killed. */
	async startWorker(): Promise<ChildProcess> {
		const brokerPort = await getPort();
		return await this.run('worker', join(this.options.userFolder, 'worker.log'), {
			...this.environment(),
			N8N_RUNNERS_BROKER_PORT: String(brokerPort),
		});
	}

	private async run(
		command: 'start' | 'worker',
		logFile: string,
		env: NodeJS.ProcessEnv,
	): Promise<ChildProcess> {
		const { node, cli } = this.options.installation;
		const log = await open(logFile, 'a');
		const child = spawn(node, ['--require', join(__dirname, 'end-with-parent.cjs'), cli, command], {
			env,
			stdio: ['ignore', log.fd, log.fd, 'ipc'],
		});
		await log.close();
		return child;
	}

	/** Stops the server as an operator would (SIGTERM) and waits until it has exited. */
	async stop(): Promise<void> {
		await this.end('SIGTERM');
	}

	/** Stops the server as a crash would (SIGKILL): nothing is saved or logged. */
	async kill(): Promise<void> {
		await this.end('SIGKILL');
	}

	private async end(signal: NodeJS.Signals): Promise<void> {
		const { process } = this;
		if (!process || hasEnded(process)) return;
		const impatience = setTimeout(() => process.kill('SIGKILL'), STOP_TIMEOUT_MS);
		process.kill(signal);
		await once(process, 'exit');
		clearTimeout(impatience);
	}

	private async ready(process: ChildProcess): Promise<void> {
		let notFound: Error | undefined;
		process.once('error', (error) => (notFound = error));
		const deadline = Date.now() + START_TIMEOUT_MS;
		while (!(await this.answers())) {
			if (notFound) await this.giveUp(`could not be started: ${notFound.message}`);
			if (hasEnded(process)) {
				const code = process.exitCode ?? process.signalCode;
				await this.giveUp(`stopped while starting (exit code ${code})`);
			}
			if (Date.now() > deadline) {
				await this.giveUp(`did not answer within ${START_TIMEOUT_MS / 1000} s`);
			}
			await sleep(200);
		}
	}

	private async giveUp(reason: string): Promise<never> {
		await this.kill();
		const { version } = this.options.installation;
		const tail = await tailOf(this.logFile);
		throw new Error(`n8n ${version} ${reason}. The end of ${this.logFile}:\n${tail}`);
	}

	/** Readiness alone is too early: it covers the database, but the REST API comes later. */
	private async answers(): Promise<boolean> {
		try {
			const readiness = await fetch(`${this.url}/healthz/readiness`);
			if (!readiness.ok) return false;
			const settings = await fetch(`${this.url}/rest/settings`);
			return settings.ok && Boolean(settings.headers.get('content-type')?.includes('json'));
		} catch {
			return false;
		}
	}

	private environment(): NodeJS.ProcessEnv {
		const inherited = Object.entries(process.env).filter(
			// n8n settings from the caller's shell must not leak into this one.
			([name]) => !/^(N8N_|DB_|EXECUTIONS_|WEBHOOK_URL$|NODE_OPTIONS$)/.test(name),
		);
		return {
			...Object.fromEntries(inherited),
			// n8n starts its task runner with the first `node` on the PATH.
			PATH: `${dirname(this.options.installation.node)}${delimiter}${process.env.PATH}`,
			// Jest's own value would silence n8n.
			NODE_ENV: 'production',
			N8N_USER_FOLDER: this.options.userFolder,
			N8N_PORT: String(this.port),
			N8N_RUNNERS_BROKER_PORT: String(this.brokerPort),
			N8N_LISTEN_ADDRESS: '127.0.0.1',
			N8N_SECURE_COOKIE: 'false',
			N8N_DIAGNOSTICS_ENABLED: 'false',
			N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
			N8N_TEMPLATES_ENABLED: 'false',
			N8N_PERSONALIZATION_ENABLED: 'false',
			N8N_HIRING_BANNER_ENABLED: 'false',
			...this.options.env,
		};
	}
}

function hasEnded({ pid, exitCode, signalCode }: ChildProcess): boolean {
	return pid === undefined || exitCode !== null || signalCode !== null;
}
