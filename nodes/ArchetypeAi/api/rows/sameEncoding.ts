import type { RemoteFile } from '../files/remoteFile';

/**
 * Ensures that concatenated parts have compatible encodings: UTF-8, or another that contains ASCII, such as
 * Latin-1. Otherwise letters would turn into garbage.
 */
export class SameEncoding {
	/** The first part with UTF-8 letters, and the first with others. */
	private utf8?: RemoteFile;
	private other?: RemoteFile;

	/**
	 * The content of a part, unchanged.
	 *
	 * @throws the error that `unlike` makes for an earlier part with another encoding.
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
