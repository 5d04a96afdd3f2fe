/** Cuts chunks into consecutive pieces of the requested lengths. */
export class Cutter {
	private rest: Buffer = Buffer.alloc(0);

	constructor(private readonly chunks: AsyncGenerator<Buffer, void>) {}

	/**
	 * The next `bytes` bytes, in chunks.
	 *
	 * @throws Error when there are fewer; whatever the source throws.
	 */
	async *take(bytes: number): AsyncGenerator<Buffer> {
		for (let left = bytes; left > 0;) {
			const chunk = this.rest.length > 0 ? this.rest : await this.next(left);
			this.rest = chunk.subarray(left);
			const piece = chunk.subarray(0, left);
			left -= piece.length;
			yield piece;
		}
	}

	/** Closes the source. */
	async close(): Promise<void> {
		await this.chunks.return(undefined);
	}

	private async next(left: number): Promise<Buffer> {
		const next = await this.chunks.next();
		if (next.done === true) throw new Error(`${left} bytes are missing`);
		return next.value;
	}
}
