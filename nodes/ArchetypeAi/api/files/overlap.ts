/** Received bytes that are requested again, to check that the rest belongs to them. */
export const OVERLAP_BYTES = 64;

/** The last bytes received. */
export class Tail {
	bytes = Buffer.alloc(0) as Buffer;

	add(chunk: Buffer): void {
		const all = chunk.length < OVERLAP_BYTES ? Buffer.concat([this.bytes, chunk]) : chunk;
		// A copy: a subarray would keep the whole chunk in memory.
		this.bytes = Buffer.from(all.subarray(-OVERLAP_BYTES));
	}
}

/**
 * The chunks of a stream after its first `bytes`, which must be there and end with `tail`.
 *
 * @throws the error that `other` makes when they differ.
 */
export async function* afterOverlap(
	source: AsyncIterable<Buffer>,
	bytes: number,
	{ bytes: tail }: Tail,
	other: () => Error,
): AsyncGenerator<Buffer> {
	const expected = tail.subarray(Math.max(0, tail.length - bytes));
	/** Offset in the stream where `expected` begins. */
	const from = bytes - expected.length;
	let at = 0;
	for await (const chunk of source) {
		const start = Math.max(0, from - at);
		const end = Math.min(chunk.length, bytes - at);
		if (end > start) {
			const place = at + start - from;
			const same = expected.subarray(place, place + end - start);
			if (!chunk.subarray(start, end).equals(same)) throw other();
		}
		if (end < chunk.length) yield chunk.subarray(Math.max(0, end));
		at += chunk.length;
	}
	if (at < bytes) throw other();
}
