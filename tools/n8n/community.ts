import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { execa } from 'execa';

import type { PackedPackage } from './pack';

/**
 * Installs a packed package where n8n keeps community packages, step by step as n8n's own installer
 * does (`downloadPackage` of its CommunityPackagesService), with the tarball from disk instead of
 * the registry.
 *
 * @param userFolder the value of N8N_USER_FOLDER; n8n must be started after this
 */
export async function installCommunityPackage(
	userFolder: string,
	{ name, version, tarball }: PackedPackage,
): Promise<void> {
	const nodesFolder = join(userFolder, '.n8n', 'nodes');
	const folder = join(nodesFolder, 'node_modules', name);
	await rm(folder, { recursive: true, force: true });
	await mkdir(folder, { recursive: true });
	await execa('tar', ['-xzf', tarball, '-C', folder, '--strip-components=1']);

	const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as object;
	for (const field of ['devDependencies', 'peerDependencies', 'optionalDependencies']) {
		Reflect.deleteProperty(manifest, field);
	}
	await writeJson(join(folder, 'package.json'), manifest);
	const options = ['--ignore-scripts', '--package-lock=false', '--bin-links=false'];
	await execa('npm', ['install', '--install-strategy=shallow', '--no-audit', ...options], {
		cwd: folder,
	});
	await writeJson(join(nodesFolder, 'package.json'), {
		name: 'installed-nodes',
		private: true,
		dependencies: { [name]: version },
	});
}

async function writeJson(file: string, content: object): Promise<void> {
	await writeFile(file, JSON.stringify(content, null, 2));
}
