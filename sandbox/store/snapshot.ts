import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { makePrivateFolder, NEW_STATE, PRIVATE_FILE, STATE } from './private';

const FORMAT = 'archetype-sandbox-3';
const QUIET_MS = 200;
/** Writing takes a twentieth of the time at most: collecting the data blocks all requests. */
const QUIET_PER_WRITE = 20;

/**
 * Keeps plain data in one file of a folder. Each write goes to a new file that then replaces the
 * old one, so a crash leaves one or the other intact.
 */
export class Snapshot<Data> {
	private readonly file: string;
	private timer: NodeJS.Timeout | undefined;
	private writing: Promise<void> = Promise.resolve();
	private lastWriteMs = 0;

	/** `collect` returns the current data. */
	constructor(
		private readonly folder: string,
		private readonly collect: () => Data,
	) {
		this.file = join(folder, STATE);
	}

	/** Returns the stored data, or undefined. Rejects for a file that this cannot have written. */
	async read(): Promise<Data | undefined> {
		const bytes = await readFile(this.file).catch((error: NodeJS.ErrnoException) => {
			if (error.code === 'ENOENT') return undefined;
			throw error;
		});
		if (!bytes) return undefined;
		try {
			const { format, data } = deserialize(bytes) as { format: string; data: Data };
			if (format === FORMAT) return data;
		} catch {
			// Reported below, like an unknown format.
		}
		throw new Error(
			`${this.file} is no state of this version of the sandbox. Delete it to start anew.`,
		);
	}

	/** Schedules a write; many changes in a row make one write. */
	changed() {
		const waitMs = Math.max(QUIET_MS, this.lastWriteMs * QUIET_PER_WRITE);
		this.timer ??= setTimeout(() => void this.flush(), waitMs);
	}

	/** Writes the data now. */
	flush(): Promise<void> {
		clearTimeout(this.timer);
		this.timer = undefined;
		this.writing = this.writing.then(() => this.write());
		return this.writing;
	}

	private async write() {
		const startedAt = performance.now();
		const bytes = serialize({ format: FORMAT, data: this.collect() });
		this.lastWriteMs = performance.now() - startedAt;
		const fresh = join(this.folder, NEW_STATE);
		await makePrivateFolder(this.folder);
		const handle = await open(fresh, 'w', PRIVATE_FILE);
		try {
			await handle.writeFile(bytes);
			await handle.sync();
		} finally {
			await handle.close();
		}
		await rename(fresh, this.file);
	}
}
