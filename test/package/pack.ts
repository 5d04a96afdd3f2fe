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

/** Asks npm what it would put into the tarball; needs a build in dist/. */
export async function pack(): Promise<Packed> {
	const { stdout } = await execa('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
		cwd: root,
	});
	const [packed] = JSON.parse(stdout) as [
		{ size: number; unpackedSize: number; files: Array<{ path: string }> },
	];
	const { size, unpackedSize, files } = packed;
	return { size, unpackedSize, files: files.map(({ path }) => path).sort() };
}
