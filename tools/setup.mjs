// Makes node_modules match package-lock.json; does nothing if it already does.
// Runs first in every npm script, so it works on a bare clone: plain Node, no dependencies.
//
//   node tools/setup.mjs            the project itself
//   node tools/setup.mjs FOLDER...  folders with a manifest and a lock file of their own

import { spawn } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const cache = join(root, '.cache');

checkNodeVersion();
for (const folder of process.argv.length > 2 ? process.argv.slice(2) : [root]) {
	await setUp(resolve(folder));
}

function checkNodeVersion() {
	const [major, minor] = process.versions.node.split('.').map(Number);
	if (major > 20 || (major === 20 && minor >= 19)) return;
	console.error(
		`Node ${process.versions.node} is too old: this project needs Node 20.19 or newer.`,
	);
	console.error('Install a current version from https://nodejs.org and run the command again.');
	process.exit(1);
}

/** Installs a folder's packages if they differ from its lock file; exits the process on failure. */
async function setUp(folder) {
	const wanted = packagesIn(join(folder, 'package-lock.json'));
	// npm writes this file last, so an interrupted installation never looks complete.
	const installedFile = join(folder, 'node_modules', '.package-lock.json');
	const isInstalled = () =>
		existsSync(installedFile) && same(wanted, packagesIn(installedFile), folder);
	if (isInstalled()) return;

	const name = relative(root, folder);
	mkdirSync(cache, { recursive: true });
	const log = join(cache, name ? `install-${name.replaceAll(/[\\/]/g, '-')}.log` : 'install.log');
	const paths = Object.keys(wanted).filter((path) => fitsThisMachine(wanted[path]));
	const progress = showProgress(folder, paths, name ? ` for ${name}` : '');
	const exitCode = await install(folder, log);
	const isWhole = exitCode === 0 && isInstalled();
	progress.stop(isWhole);
	if (isWhole) return;
	if (exitCode === 0) {
		console.error('npm says that all is installed, but packages are missing in node_modules.');
		console.error('Does another npm work in this folder? End it, and run the command again.');
		process.exit(1);
	}

	const tail = readFileSync(log, 'utf8').trimEnd().split('\n').slice(-30).join('\n');
	console.error(`\n${tail}\n`);
	console.error(`npm could not install the packages (exit code ${exitCode}). Whole log: ${log}`);
	console.error('Check the network and the registry (npm config get registry), then run it again.');
	process.exit(1);
}

/** A lock file's packages: path in node_modules -> entry, without the project itself. */
function packagesIn(lockFile) {
	const { packages } = JSON.parse(readFileSync(lockFile, 'utf8'));
	delete packages[''];
	return packages;
}

function fitsThisMachine({ os, cpu }) {
	return (os?.includes(process.platform) ?? true) && (cpu?.includes(process.arch) ?? true);
}

/**
 * Packages for other platforms are in the lock file but never installed here. What npm lists as
 * installed must also exist: a killed npm may still remove what the next one has installed.
 */
function same(wanted, installed, folder) {
	return (
		Object.keys(installed).every((path) => path in wanted) &&
		Object.entries(wanted).every(([path, { version, integrity, optional }]) =>
			installed[path]
				? installed[path].version === version &&
					installed[path].integrity === integrity &&
					existsSync(join(folder, path, 'package.json'))
				: optional,
		)
	);
}

/** Runs `npm ci`, logging all of its output; resolves to its exit code. */
function install(folder, log) {
	const options = ['--ignore-scripts', '--no-audit', '--no-fund'];
	const npm = spawn('npm', ['ci', ...options], {
		cwd: folder,
		stdio: ['ignore', 'pipe', 'pipe'],
		shell: process.platform === 'win32',
	});
	const output = createWriteStream(log);
	npm.stdout.pipe(output, { end: false });
	npm.stderr.pipe(output, { end: false });
	return new Promise((done) => {
		const finish = (exitCode, message = '') => output.end(message, () => done(exitCode));
		npm.on('error', (error) => finish(1, `npm could not be started: ${error.message}\n`));
		npm.on('close', (exitCode) => finish(exitCode ?? 1));
	});
}

/** A live status line on a terminal; elsewhere a line at the start, every 15 s and at the end. */
function showProgress(folder, paths, what) {
	const frames = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏';
	const start = Date.now();
	const tty = process.stdout.isTTY;
	let frame = 0;
	let unpacked = 0;

	const seconds = () => Math.round((Date.now() - start) / 1000);
	const line = () =>
		`Installing packages${what}: ${unpacked} of ${paths.length} unpacked, ${seconds()} s`;
	const count = () => {
		unpacked = paths.filter((path) => existsSync(join(folder, path, 'package.json'))).length;
	};
	const paint = () => process.stdout.write(`\r${frames[frame++ % frames.length]} ${line()}\x1b[K`);

	if (!tty) console.log(`Installing packages${what}: ${paths.length} in the lock file`);
	const timers = tty
		? [setInterval(paint, 100), setInterval(count, 1000)]
		: [setInterval(() => (count(), console.log(line())), 15_000)];

	return {
		stop(succeeded) {
			timers.forEach(clearInterval);
			count();
			const text = succeeded
				? `✔ Installed ${unpacked} packages${what} in ${seconds()} s`
				: `✖ ${line()}`;
			process.stdout.write(tty ? `\r${text}\x1b[K\n` : `${text}\n`);
		},
	};
}
