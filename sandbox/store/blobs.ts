import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, Transform, type TransformCallback } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { randomId } from '../ids';
import { makePrivateFolder, PRIVATE_FILE } from './private';

/** An immutable blob: its id, size and MD5 in hex. */
export interface Blob {
	id: string;
	bytes: number;
	md5: string;
}

/** Where uploaded files and written outputs keep their bytes. */
export interface BlobStore {
	/** Stores a whole stream. Rejects, keeping nothing, if the stream is cut short. */
	write(source: Readable): Promise<Blob>;
	/** Returns bytes `from` to `to` (exclusive) of a blob. */
	read(id: string, from?: number, to?: number): Readable;
	delete(id: string): Promise<void>;
	/** Deletes every blob but these. */
	keepOnly(ids: Set<string>): Promise<void>;
}

/** Keeps bytes in memory, for as long as the sandbox runs. */
export class MemoryBlobs implements BlobStore {
	private readonly chunks = new Map<string, Buffer>();

	async write(source: Readable): Promise<Blob> {
		const chunks: Buffer[] = [];
		const hash = createHash('md5');
		for await (const chunk of source) {
			chunks.push(Buffer.from(chunk as Uint8Array));
			hash.update(chunks.at(-1)!);
		}
		const content = Buffer.concat(chunks);
		const id = randomId('blob');
		this.chunks.set(id, content);
		return { id, bytes: content.length, md5: hash.digest('hex') };
	}

	read(id: string, from = 0, to = Infinity): Readable {
		return Readable.from([this.chunks.get(id)!.subarray(from, to)], { objectMode: false });
	}

	async delete(id: string): Promise<void> {
		this.chunks.delete(id);
	}

	async keepOnly(ids: Set<string>): Promise<void> {
		for (const id of this.chunks.keys()) if (!ids.has(id)) this.chunks.delete(id);
	}
}

/** Keeps each blob as a file in a folder. */
export class DiskBlobs implements BlobStore {
	constructor(private readonly folder: string) {}

	async write(source: Readable): Promise<Blob> {
		const id = randomId('blob');
		const meter = new Meter();
		await makePrivateFolder(this.folder);
		try {
			const file = createWriteStream(this.path(id), { mode: PRIVATE_FILE });
			await pipeline(source, meter, file);
		} catch (error) {
			await this.delete(id);
			throw error;
		}
		return { id, bytes: meter.bytes, md5: meter.hash.digest('hex') };
	}

	read(id: string, from = 0, to = Infinity): Readable {
		// createReadStream cannot read an empty range: its `end` is inclusive.
		if (to <= from) return Readable.from([]);
		return createReadStream(this.path(id), { start: from, end: to - 1 });
	}

	async delete(id: string): Promise<void> {
		await rm(this.path(id), { force: true });
	}

	async keepOnly(ids: Set<string>): Promise<void> {
		await makePrivateFolder(this.folder);
		const kept = await readdir(this.folder);
		await Promise.all(kept.filter((id) => !ids.has(id)).map((id) => this.delete(id)));
	}

	private path(id: string): string {
		return join(this.folder, id);
	}
}

/** Counts and hashes what passes through. */
class Meter extends Transform {
	bytes = 0;
	readonly hash = createHash('md5');

	override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback) {
		this.bytes += chunk.length;
		this.hash.update(chunk);
		done(null, chunk);
	}
}
