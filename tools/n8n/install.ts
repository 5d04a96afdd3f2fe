import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';

import { execa } from 'execa';
import { check, lock } from 'proper-lockfile';

import { tailOf } from './log';

/** The n8n release lines under test; each has a manifest in a folder of that name. */
export type N8nLine = '1.x' | '2.x';

/** A complete n8n on disk: the paths of its folder, the Node 24 that runs it and its CLI. */
export interface N8nInstallation {
	version: string;
	folder: string;
	node: string;
	cli: string;
}

interface Lockfile {
	packages: Record<string, { version?: string; optional?: boolean }>;
}

/**
 * The n8n pinned by the line's lock file, installed on first use: up to 3 GB and 5 minutes. It is
 * kept in `$XDG_CACHE_HOME/n8n-nodes-archetypeai` (default `~/.cache/…`), so all clones on the
 * machine share it; the folder's name includes a hash of the lock file. An interrupted installation
 * is restarted, and a second process waits for the first.
 *
 * @param onProgress gets a one-line status about once a second
 * @throws Error with the end of npm's log when npm fails
 */
export async function installN8n(
	line: N8nLine,
	onProgress: (text: string) => void = () => {},
): Promise<N8nInstallation> {
	const lockfile = await readFile(join(__dirname, line, 'package-lock.json'), 'utf8');
	const { packages } = JSON.parse(lockfile) as Lockfile;
	const version = String(packages['node_modules/n8n']?.version);
	const hash = createHash('sha256').update(lockfile).digest('hex').slice(0, 12);
	const folder = join(cacheFolder(), `n8n-${version}-${hash}`);

	if (!existsSync(folder)) {
		await mkdir(cacheFolder(), { recursive: true });
		await onlyOneAtATime(folder, onProgress, async () => {
			if (!existsSync(folder)) await install(line, packages, folder, onProgress);
		});
	}
	return {
		version,
		folder,
		node: join(folder, 'node_modules', 'node', 'bin', nodeBinary),
		cli: join(folder, 'node_modules', 'n8n', 'bin', 'n8n'),
	};
}

const nodeBinary = process.platform === 'win32' ? 'node.exe' : 'node';

function cacheFolder(): string {
	return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'n8n-nodes-archetypeai');
}

async function onlyOneAtATime(
	folder: string,
	onProgress: (text: string) => void,
	work: () => Promise<void>,
): Promise<void> {
	// The folder does not exist yet, hence realpath: false. A dead owner's lock is taken over.
	const options = { realpath: false, stale: 30_000 };
	if (await check(folder, options)) onProgress('Waiting for another process that installs it');
	const release = await lock(folder, {
		...options,
		retries: { forever: true, factor: 1, minTimeout: 1000, maxTimeout: 1000 },
	});
	try {
		await work();
	} finally {
		await release();
	}
}

/** Installs next to the final folder and renames at the end: a folder that exists is complete. */
async function install(
	line: N8nLine,
	packages: Lockfile['packages'],
	folder: string,
	onProgress: (text: string) => void,
): Promise<void> {
	const log = `${folder}.log`;
	onProgress('Preparing');
	await removeLeftovers(folder);
	// A unique name: npm may outlive the process that started it if that is killed.
	const partial = await mkdtemp(`${folder}.partial-`);
	for (const file of ['package.json', 'package-lock.json']) {
		await copyFile(join(__dirname, line, file), join(partial, file));
	}

	const stopCounting = countUnpacked(packages, partial, onProgress);
	try {
		// No scripts: some of n8n's native modules would download things it does not need.
		await npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund'], partial, log);
	} finally {
		stopCounting();
	}
	onProgress('Fetching Node 24');
	await npm(['rebuild', 'node'], partial, log);
	onProgress('Building SQLite, about a minute');
	await npm(['rebuild', 'sqlite3'], partial, log);
	await rename(partial, folder);
}

/** What aborted installations left next to the folder, and the last one's log. */
async function removeLeftovers(folder: string): Promise<void> {
	const beside = await readdir(dirname(folder));
	const leftovers = beside.filter(
		(name) => name.startsWith(`${basename(folder)}.partial-`) || name === `${basename(folder)}.log`,
	);
	for (const name of leftovers) {
		const path = join(dirname(folder), name);
		// What a surviving npm is still writing to is removed the next time.
		await rm(path, { recursive: true, force: true, maxRetries: 3 }).catch(() => {});
	}
}

async function npm(args: string[], folder: string, log: string): Promise<void> {
	const output = await open(log, 'a');
	try {
		const { failed, exitCode } = await execa('npm', args, {
			cwd: folder,
			stdio: ['ignore', output.fd, output.fd],
			reject: false,
		});
		if (!failed) return;
		throw new Error(
			`npm ${args[0]} failed in ${folder} (exit code ${exitCode ?? 'none'}). ` +
				`Check the network and the registry (npm config get registry), then run it again.\n` +
				`The end of ${log}:\n${await tailOf(log)}`,
		);
	} finally {
		await output.close();
	}
}

/** Reports the number of unpacked packages once a second; returns the function that stops it. */
function countUnpacked(
	packages: Lockfile['packages'],
	folder: string,
	onProgress: (text: string) => void,
): () => void {
	const manifests = Object.entries(packages)
		.filter(([path, { optional }]) => path !== '' && !optional)
		.map(([path]) => join(folder, path, 'package.json'));
	const timer = setInterval(() => {
		const unpacked = manifests.filter((manifest) => existsSync(manifest)).length;
		onProgress(`Unpacked ${unpacked} of ${manifests.length} packages`);
	}, 1000);
	return () => clearInterval(timer);
}
