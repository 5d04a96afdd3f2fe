import { chmod, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Only the user who runs the sandbox may read what it stores: uploads can be anything. */
export const PRIVATE_FILE = 0o600;
const PRIVATE_FOLDER = 0o700;

/** Names of the files and of the folder that the sandbox keeps in its data folder. */
export const STATE = 'state';
export const NEW_STATE = 'state.new';
export const BLOBS = 'blobs';

/** Creates the folder and any missing parents, readable by this user only. */
export async function makePrivateFolder(folder: string) {
	await mkdir(folder, { recursive: true, mode: PRIVATE_FOLDER });
}

/**
 * Makes a data folder private, and everything in it that is the sandbox's, even if it already
 * existed. A folder that also holds other things may be anybody's: its permissions stay.
 */
export async function closeDataFolder(folder: string) {
	await makePrivateFolder(folder);
	const names = await readdir(folder);
	const own = names.filter((name) => [STATE, NEW_STATE, BLOBS].includes(name));
	if (own.length === names.length) await chmod(folder, PRIVATE_FOLDER);
	for (const name of own) {
		await chmod(join(folder, name), name === BLOBS ? PRIVATE_FOLDER : PRIVATE_FILE);
	}
	if (!own.includes(BLOBS)) return;
	const blobs = await readdir(join(folder, BLOBS));
	await Promise.all(blobs.map((name) => chmod(join(folder, BLOBS, name), PRIVATE_FILE)));
}
