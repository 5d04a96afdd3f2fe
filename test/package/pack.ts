import { execa } from 'execa';
import { join } from 'node:path';

const root = join(__dirname, '../..');

/** What npm would publish. Sizes in bytes. */
export interface Packed {
	size: number;
	unpackedSize: number;
	/** Paths inside the package, with `/`, sorted. */
	files: string[];
}

interface NpmPackReport {
	size: number;
	unpackedSize: number;
	files: Array<{ path: string }>;
}

/** Asks npm what it would put into the tarball; needs a build in dist/. */
export async function pack(): Promise<Packed> {
	const { stdout } = await execa('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
		cwd: root,
	});
	// An array up to npm 11, an object keyed by name after it.
	const [report] = Object.values(JSON.parse(stdout) as Record<string, NpmPackReport>);
	if (!report) throw new Error(`npm pack named no tarball: ${stdout}`);
	const { size, unpackedSize, files } = report;
	return { size, unpackedSize, files: files.map(({ path }) => path).sort() };
}
