import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { execa } from 'execa';

import type { PackedPackage } from './pack';

/**
 * Installs a packed package where n8n keeps community packages, following n8n's own installer step
 * by step (`downloadPackage` of its CommunityPackagesService), but with a local tarball instead of
 * the registry.
 *
 * @param userFolder the value of N8N_USER_FOLDER; start n8n only after this
 */
export async function installCommunityPackage(
	userFolder: string,
	{ name, version, tarball }: PackedPackage,
): Promise<void> {
	const folder = await emptyFolder(userFolder, name);
	await execa('tar', ['-xzf', tarball, '-C', folder, '--strip-components=1']);
	await installManifests(userFolder, { name, version }, folder);
	const options = ['--ignore-scripts', '--package-lock=false', '--bin-links=false'];
	await execa('npm', ['install', '--install-strategy=shallow', '--no-audit', ...options], {
		cwd: folder,
	});
}

/**
 * Installs the package there without its code, which a compiler then writes into the folder.
 *
 * @param root the package's own folder
 * @returns the path of its `dist` in n8n
 */
export async function installEmptyPackage(userFolder: string, root: string): Promise<string> {
	const file = join(root, 'package.json');
	const manifest = JSON.parse(await readFile(file, 'utf8')) as { name: string; version: string };
	const folder = await emptyFolder(userFolder, manifest.name);
	await copyFile(file, join(folder, 'package.json'));
	await installManifests(userFolder, manifest, folder);
	return join(folder, 'dist');
}

const nodesFolderOf = (userFolder: string): string => join(userFolder, '.n8n', 'nodes');

async function emptyFolder(userFolder: string, name: string): Promise<string> {
	const folder = join(nodesFolderOf(userFolder), 'node_modules', name);
	await rm(folder, { recursive: true, force: true });
	await mkdir(folder, { recursive: true });
	return folder;
}

/** The package's manifest without what n8n does not install, and the list of all packages. */
async function installManifests(
	userFolder: string,
	{ name, version }: { name: string; version: string },
	folder: string,
): Promise<void> {
	const file = join(folder, 'package.json');
	const manifest = JSON.parse(await readFile(file, 'utf8')) as object;
	for (const field of ['devDependencies', 'peerDependencies', 'optionalDependencies']) {
		Reflect.deleteProperty(manifest, field);
	}
	await writeJson(file, manifest);
	await writeJson(join(nodesFolderOf(userFolder), 'package.json'), {
		name: 'installed-nodes',
		private: true,
		dependencies: { [name]: version },
	});
}

async function writeJson(file: string, content: object): Promise<void> {
	await writeFile(file, JSON.stringify(content, null, 2));
}
