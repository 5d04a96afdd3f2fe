import { Semaphore } from '../semaphore';
import { startingWith } from '../streams';
import { openContent } from '../files/content';
import type { Content } from '../files/content';
import { untilIntact } from '../files/damage';
import type { Transfer } from '../files/transfer';
import type { RemoteFile } from '../files/remoteFile';

/** Parts up to this size are read ahead completely, so that no idle connection is cut off. */
const SMALL_BYTES = 1024 * 1024;

/** What a small file may unpack to before it is streamed like a large one. */
const MOST_WHOLE_BYTES = 8 * SMALL_BYTES;

/** A part of a result, with its bytes. */
export interface Part<File extends RemoteFile = RemoteFile> extends Content {
	file: File;
}

/** Callbacks for each part. */
export interface OnPart<File extends RemoteFile = RemoteFile> {
	/** Before it is opened. */
	begin?: (file: File) => void;
	/** When it has been read, or its reader has stopped. */
	end: () => void;
}

/**
 * Files read one after the other, each opened ahead of its turn, since the host opens a connection for each,
 * which takes time. At most `concurrency` connections are open, and as many small files in memory; large ones
 * are streamed when their turn comes.
 */
export class Parts<File extends RemoteFile = RemoteFile> {
	private readonly places: Map<string, number>;
	private readonly connections: Semaphore;
	private readonly opened = new Map<string, Promise<Part<File>>>();
	/** Ends the large part returned last, whether or not it was read to its end. */
	private endLast = () => {};

	/** `files` in the order in which they will be requested. */
	constructor(
		private readonly transfer: Transfer,
		private readonly files: File[],
		private readonly concurrency: number,
	) {
		this.places = new Map(files.map(({ id }, place) => [id, place]));
		this.connections = new Semaphore(concurrency);
	}

	/**
	 * Some of the parts, in order; earlier ones are no longer requested. Each must be read before the next one.
	 * `on` is called for each part.
	 *
	 * @throws NodeApiError that names the file when one cannot be opened or read.
	 */
	async *each(files: File[], on: OnPart<File>): AsyncGenerator<Part<File>> {
		for (const file of files) {
			on.begin?.(file);
			const part = await this.open(file);
			try {
				yield part;
			} finally {
				this.endLast();
				on.end();
			}
		}
	}

	private async open(file: File): Promise<Part<File>> {
		this.endLast();
		const place = this.places.get(file.id) ?? 0;
		const near = this.files.slice(place, place + this.concurrency);
		for (const id of this.opened.keys()) {
			if (this.places.get(id)! < place) this.opened.delete(id);
		}
		for (const next of near) {
			if (next !== file && !isSmall(next)) break;
			if (this.opened.has(next.id)) continue;
			const part = isSmall(next) ? this.readWhole(next) : this.stream(next);
			// Its error is thrown when its turn comes, not before.
			part.catch(() => {});
			this.opened.set(next.id, part);
		}
		const part = this.opened.get(file.id)!;
		this.opened.delete(file.id);
		return await part;
	}

	/** A small part in one piece; fetched again if it arrived damaged. */
	private async readWhole(file: File): Promise<Part<File>> {
		const read = async () => {
			const { chunks, body } = await openContent(this.transfer, file);
			const all: Buffer[] = [];
			let bytes = 0;
			while (bytes <= MOST_WHOLE_BYTES) {
				const next = await chunks.next();
				if (next.done === true) return { file, chunks: once(Buffer.concat(all)), body };
				all.push(next.value);
				bytes += next.value.length;
			}
			// It was stored encoded, and is a large one after all.
			return { file, chunks: startingWith(Buffer.concat(all), chunks), body };
		};
		const release = await this.connections.enter();
		return await untilIntact(this.transfer, read).finally(release);
	}

	private async stream(file: File): Promise<Part<File>> {
		const release = await this.connections.enter();
		const opening = openContent(this.transfer, file);
		opening.catch(release);
		const { chunks, body } = await opening;
		this.endLast = () => {
			release();
			void chunks.return(undefined);
		};
		return { file, chunks, body };
	}
}

const isSmall = ({ data }: RemoteFile): boolean => (data.num_bytes ?? Infinity) <= SMALL_BYTES;

/** Content that is a single chunk. */
export async function* once(chunk: Buffer): AsyncGenerator<Buffer> {
	if (chunk.length > 0) yield chunk;
}
