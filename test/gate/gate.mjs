// n8n's own gate for community packages, run on the source and on the packed tarball as n8n does
// when a package is submitted for verification. Needs a build in dist/.
//
//   node test/gate/gate.mjs [FOLDER]   the package to judge, by default this repository
//
// Prints errors and warnings of both and the disable comments in the repository; exits 1 if there
// is an error or a disable comment.

import {
	analyzePackage,
	buildScanConfig,
	SOURCE_FILE_PATTERNS,
} from '@n8n/scan-community-package/scanner/scanner.mjs';
import { ESLint } from 'eslint';
import glob from 'fast-glob';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = resolve(process.argv[2] ?? fileURLToPath(new URL('../..', import.meta.url)));
const scratch = mkdtempSync(join(tmpdir(), 'gate-'));
try {
	const tarball = unpackTarball();
	const verdicts = [
		await judge('source', folder, SOURCE_FILE_PATTERNS),
		await judge('tarball', tarball, ['**/*.js', 'package.json']),
		countDisableComments(),
	];
	process.exitCode = verdicts.every(Boolean) ? 0 : 1;
} finally {
	rmSync(scratch, { recursive: true });
}

/** Packs the package as npm would publish it; returns the folder with the tarball's content. */
function unpackTarball() {
	const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
	execFileSync(npm, ['pack', '--ignore-scripts', '--silent', '--pack-destination', scratch], {
		cwd: folder,
		shell: process.platform === 'win32',
	});
	const [tarball] = glob.sync('*.tgz', { cwd: scratch });
	execFileSync('tar', ['-xzf', tarball], { cwd: scratch });
	return join(scratch, 'package');
}

/**
 * The scanner's verdict on one folder. It keeps its counts to itself and passes a folder in which
 * it finds no file, so the same configuration is run once more for the numbers.
 */
async function judge(name, cwd, patterns) {
	const { passed, message, details } = await analyzePackage(cwd, patterns);
	const eslint = new ESLint({
		cwd,
		allowInlineConfig: false,
		overrideConfigFile: true,
		overrideConfig: await buildScanConfig(),
	});
	const results = await eslint.lintFiles(findFiles(cwd, patterns));
	const count = (what) => results.reduce((sum, result) => sum + result[what], 0);

	console.log(
		`${name}: ${results.length} files, ${count('errorCount')} errors, ${count('warningCount')} warnings`,
	);
	const formatter = await eslint.loadFormatter('stylish');
	const report = details ?? (await formatter.format(results));
	if (report) console.log(report);
	if (!passed) console.log(`${name}: ${message}`);
	return passed && results.length > 0 && count('errorCount') === 0;
}

/** A rule switched off by a comment would pass here and fail in n8n's gate. */
function countDisableComments() {
	const comment = /eslint-(?:disable|enable)/;
	const ignored = ['dist/**', '.cache/**', '.demo/**'];
	const found = findFiles(folder, ['**/*.{ts,js,mjs,cjs}'], ignored).filter((file) =>
		comment.test(readFileSync(file, 'utf8')),
	);
	console.log(`disable comments: ${found.length} files have them`);
	for (const file of found) console.log(`  ${file}`);
	return found.length === 0;
}

function findFiles(cwd, patterns, ignore = []) {
	return glob.sync(patterns, {
		cwd,
		absolute: true,
		dot: true,
		ignore: ['**/node_modules/**', '**/package-lock.json', ...ignore],
	});
}
