import type { RemoteFile } from '../files/remoteFile';

/**
 * Sees to it that parts that are put behind each other are text of one kind: UTF-8, or another that has
 * ASCII in it, such as Latin-1. Letters of the other kind would become noise.
 */
export class SameEncoding {
	/** The first part that has letters in UTF-8, and the first that has others. */
	private utf8?: RemoteFile;
	private other?: RemoteFile;

	/**
	 * The content of a part as it is.
	 *
	 * @throws what `unlike` makes of the part before it that is of another kind.
	 */
	async *of(
		file: RemoteFile,
		content: AsyncIterable<Buffer>,
		unlike: (before: RemoteFile, what: string) => Error,
	): AsyncGenerator<Buffer> {
		const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
		let [isUtf8, bytes, characters] = [true, 0, 0];
		const look = (chunk?: Buffer) => {
			try {
				if (isUtf8) characters += decoder.decode(chunk, { stream: chunk !== undefined }).length;
			} catch {
				isUtf8 = false;
				this.other ??= file;
			}
			bytes += chunk?.length ?? 0;
			if (isUtf8 && chunk === undefined && characters < bytes) this.utf8 ??= file;
			if (this.utf8 === undefined || this.other === undefined) return;
			if (isUtf8) throw unlike(this.other, 'it is text in UTF-8, and that is not');
			throw unlike(this.utf8, 'it is not text in UTF-8 as that is, but in Latin-1 or the like');
		};
		for await (const chunk of content) {
			look(chunk);
			yield chunk;
		}
		look();
	}
}
