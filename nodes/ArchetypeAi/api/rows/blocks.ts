/** The minimum number of bytes handled at a time, to make the cost of each step negligible. */
const BLOCK_BYTES = 16 * 1024;

/**
 * The same bytes in larger blocks: with a byte at a time, the start of a file would be examined again and
 * again. What came before a failure is still yielded.
 */
export async function* inBlocks(content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
	let some: Buffer[] = [];
	let bytes = 0;
	let failure: { error: unknown } | undefined;
	const take = () => {
		const block = some.length === 1 ? some[0]! : Buffer.concat(some);
		some = [];
		bytes = 0;
		return block;
	};
	const chunks = content[Symbol.asyncIterator]();
	try {
		for (;;) {
			const next = await nextOf(chunks);
			if ('error' in next) failure = next;
			if ('error' in next || next.done === true) break;
			some.push(next.value);
			bytes += next.value.length;
			if (bytes >= BLOCK_BYTES) yield take();
		}
		if (bytes > 0) yield take();
	} finally {
		if (failure === undefined) await chunks.return?.();
	}
	if (failure !== undefined) throw failure.error;
}

async function nextOf(
	chunks: AsyncIterator<Buffer>,
): Promise<IteratorResult<Buffer> | { error: unknown }> {
	try {
		return await chunks.next();
	} catch (error) {
		return { error };
	}
}
