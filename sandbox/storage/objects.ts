import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { Micros } from '../clock';
import type { BlobStore } from '../store/blobs';
import type { FileStore, StoredFile } from '../store/files';
import type { JobStore } from '../store/jobs';
import type { Input, Output } from '../store/types';
import { generatedCsv } from './generated-csv';

/** S3's ETag of a multipart upload is not the MD5 of its bytes. */
const SINGLE_PART_BYTES = 16 * 1024 * 1024;
const ETAGS_REMEMBERED = 100_000;

/** Something storage can serve. */
export interface StoredObject {
	bytes: number;
	contentType: string;
	modifiedAt: Micros;
	/** Returns the ETag without quotes: the MD5 of the bytes, or `<hex>-<parts>` for large ones. */
	etag(): Promise<string>;
	/** Returns bytes `from` to `to` (exclusive). */
	read(from: number, to: number): Readable;
}

/** Finds objects by their key in storage. */
export class Objects {
	private readonly etags = new Map<string, string>();

	constructor(
		private readonly jobs: JobStore,
		private readonly files: FileStore,
		private readonly blobs: BlobStore,
	) {}

	/**
	 * Returns the object with this key, or undefined. Keys: `files/<file id>`,
	 * `jobs/<job id>/inputs/<number>/<name>`, `jobs/<job id>/outputs/<number>/<name>`.
	 */
	find(key: string[]): StoredObject | undefined {
		const [folder, id, kind, number] = key;
		if (folder === 'files') {
			const file = this.files.get(id!);
			return file && this.file(file);
		}
		const job = folder === 'jobs' ? this.jobs.find(id!) : undefined;
		if (!job) return undefined;
		const contents = this.jobs.contents(job);
		if (kind === 'outputs') {
			const output = contents.output(Number(number));
			return output && this.output(output);
		}
		const input = kind === 'inputs' ? contents.inputs({}).at(Number(number)) : undefined;
		return input && this.seededInput(input, Number(number));
	}

	/** Returns the bytes of an uploaded file. */
	file({ blob, num_bytes, md5, file_type, created_at }: StoredFile): StoredObject {
		return this.blob(blob, num_bytes, md5, file_type, created_at);
	}

	/** Returns the bytes of an output. */
	output({ content, file_type, created_at }: Output): StoredObject {
		if (content.kind === 'generated') {
			return this.generated(content.bytes, content.start, file_type, created_at);
		}
		return this.blob(content.blob, content.bytes, content.md5, file_type, created_at);
	}

	private seededInput(input: Input, number: number): StoredObject {
		return this.generated(input.num_bytes, number, input.file_type, input.created_at);
	}

	private blob(
		id: string,
		bytes: number,
		md5: string,
		contentType: string,
		modifiedAt: Micros,
	): StoredObject {
		const etag = async () => md5;
		return { bytes, contentType, modifiedAt, etag, read: (a, b) => this.blobs.read(id, a, b) };
	}

	private generated(
		bytes: number,
		start: number,
		contentType: string,
		modifiedAt: Micros,
	): StoredObject {
		return {
			...{ bytes, contentType, modifiedAt },
			etag: () => this.generatedEtag(bytes, start),
			read: (from, to) => generatedCsv(bytes, start, from, to),
		};
	}

	private async generatedEtag(bytes: number, start: number): Promise<string> {
		const key = `${bytes}/${start}`;
		const known = this.etags.get(key);
		if (known) return known;
		const parts = Math.ceil(bytes / SINGLE_PART_BYTES);
		const hash = createHash('md5');
		if (parts > 1) hash.update(key);
		else
			for await (const chunk of generatedCsv(bytes, start, 0, bytes)) hash.update(chunk as Buffer);
		const etag = parts > 1 ? `${hash.digest('hex')}-${parts}` : hash.digest('hex');
		if (this.etags.size >= ETAGS_REMEMBERED) this.etags.clear();
		this.etags.set(key, etag);
		return etag;
	}
}
