/** Work runs for at most this long before requests are answered. */
const SLICE_MS = 4;

/**
 * Shares the event loop between long work and everything else: work that calls {@link breathe}
 * often never holds it for more than a slice, and concurrent work takes slices in turn, with a turn
 * of the loop in between.
 */
class Slices {
	private readonly waiting: Array<() => void> = [];
	private startedAt = 0;

	/** Returns immediately while the slice lasts, otherwise when the next one begins. */
	breathe(): Promise<void> | undefined {
		if (performance.now() - this.startedAt < SLICE_MS) return undefined;
		return new Promise((resolve) => {
			this.waiting.push(resolve);
			if (this.waiting.length === 1) setImmediate(this.next);
		});
	}

	private readonly next = () => {
		this.startedAt = performance.now();
		this.waiting.shift()!();
		if (this.waiting.length > 0) setImmediate(this.next);
	};
}

const slices = new Slices();

/**
 * Call and await this between small pieces of work. One for the whole process: two sandboxes in it
 * share the same loop.
 */
export const breathe = () => slices.breathe();

/** Passes chunks on, yielding to requests in between. */
export async function* sliced(
	chunks: AsyncIterable<Uint8Array>,
	size = 32 * 1024,
): AsyncGenerator<Buffer> {
	for await (const chunk of chunks) {
		const buffer = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
		for (let at = 0; at < buffer.length; at += size) {
			yield buffer.subarray(at, at + size);
			await breathe();
		}
	}
}
