import { join } from 'node:path';

import { execa } from 'execa';

/** A packed tarball: its path, its files (relative to the package) and its size in bytes. */
export interface PackedPackage {
	name: string;
	version: string;
	tarball: string;
	files: string[];
	bytes: number;
}

/** npm's report on what it packs. Sizes in bytes. */
export interface NpmPackReport {
	name: string;
	version: string;
	filename: string;
	size: number;
	unpackedSize: number;
	/** Paths inside the package, with `/`. */
	files: Array<{ path: string }>;
}

const root = join(__dirname, '..', '..');

/**
 * Builds this package and packs it with `npm pack`, exactly as published.
 *
 * @param folder where the tarball goes
 * @throws ExecaError with the output of the compiler or npm when one of them fails
 */
export async function packPackage(folder: string): Promise<PackedPackage> {
	await execa('gulp', ['build'], { cwd: root, preferLocal: true, localDir: root, all: true });
	const report = await npmPack(['--pack-destination', folder]);
	return {
		name: report.name,
		version: report.version,
		tarball: join(folder, report.filename),
		files: report.files.map(({ path }) => path).sort(),
		bytes: report.size,
	};
}

/**
 * Runs `npm pack` on the build.
 *
 * @throws Error with npm's output when it fails or names no tarball
 */
export async function npmPack(options: string[]): Promise<NpmPackReport> {
	const args = ['pack', '--json', '--ignore-scripts', ...options];
	const { stdout } = await execa('npm', args, { cwd: root });
	// An array up to npm 11, an object keyed by name in later versions.
	const [report] = Object.values(JSON.parse(stdout) as Record<string, NpmPackReport>);
	if (!report) throw new Error(`npm pack named no tarball: ${stdout}`);
	return report;
}
