import { parseArgs } from 'node:util';
import { isLocalHost } from './http/guard';
import { startSandbox, type SandboxOptions } from './index';
import { DEFAULT_API_KEY } from './options';

const HELP = `Runs a stand-in for the Archetype AI batch processing API on this machine.

Usage: npm run sandbox -- [options]

  --port PORT          port of the API (default 8787)
  --storage-port PORT  port of the storage that output links point to (default: a free one)
  --host HOST          address to listen on (default 127.0.0.1)
  --allowed-host NAME  a host name that clients use, besides localhost and IP addresses; repeatable
  --api-key KEY        the key that clients must send (default sk_sandbox)
  --jobs N             start with N finished jobs
  --speed X            let time run X times as fast (default 1: a small job takes about 15 s)
  --latency MS         answer every request MS milliseconds late
  --data DIR           keep jobs, files and outputs in DIR across restarts, readable for you only
  --help               show this text

Example:
  npm run sandbox -- --port 8787 --api-key sk_sandbox
  curl http://127.0.0.1:8787/v0.5/batch/jobs -H "Authorization: Bearer sk_sandbox"
`;

const DEFAULT_PORT = 8787;
const OPEN_TO_ALL = `Warning: other machines can reach this sandbox, and its API key is the default that everyone knows.
Choose another with --api-key, or leave out --host to listen on this machine only.
`;

void main();

/** Runs what the command line asks for until Ctrl-C; exits 1 with a reason if it cannot. */
async function main() {
	try {
		const { values } = parseArgs({
			options: {
				port: { type: 'string' },
				'storage-port': { type: 'string' },
				host: { type: 'string' },
				'allowed-host': { type: 'string', multiple: true },
				'api-key': { type: 'string' },
				jobs: { type: 'string' },
				speed: { type: 'string' },
				latency: { type: 'string' },
				data: { type: 'string' },
				help: { type: 'boolean' },
			},
		});
		if (values.help) {
			process.stdout.write(HELP);
			return;
		}
		await run({
			port: numberOf('--port', values.port) ?? DEFAULT_PORT,
			storagePort: numberOf('--storage-port', values['storage-port']),
			host: values.host,
			allowedHosts: values['allowed-host'],
			apiKey: values['api-key'],
			jobs: numberOf('--jobs', values.jobs),
			speed: numberOf('--speed', values.speed),
			latencyMs: numberOf('--latency', values.latency),
			data: values.data,
		});
	} catch (error) {
		process.stderr.write(`${explain(error as NodeJS.ErrnoException)}\n`);
		process.exitCode = 1;
	}
}

async function run(options: SandboxOptions) {
	const sandbox = await startSandbox(options);
	for (const signal of ['SIGINT', 'SIGTERM'] as const) {
		process.once(signal, () => void sandbox.close());
	}
	if (sandbox.apiKey === DEFAULT_API_KEY && !isLocalHost(options.host ?? 'localhost')) {
		process.stderr.write(OPEN_TO_ALL);
	}
	process.stdout.write(`Archetype AI sandbox ready: ${sandbox.url}\n`);
	process.stdout.write(`API key ${sandbox.apiKey}; output links point to ${sandbox.storageUrl}\n`);
}

function numberOf(option: string, text: string | undefined): number | undefined {
	if (text === undefined) return undefined;
	const number = Number(text);
	if (text.trim() === '' || !Number.isFinite(number)) {
		throw new Error(`${option} takes a number, not "${text}"`);
	}
	return number;
}

function explain(error: NodeJS.ErrnoException & { port?: number }): string {
	if (error.code === 'EADDRINUSE') {
		return `Port ${error.port} is taken: stop what runs there, or choose another with --port.`;
	}
	return `${error.message}\nTry: npm run sandbox -- --help`;
}
