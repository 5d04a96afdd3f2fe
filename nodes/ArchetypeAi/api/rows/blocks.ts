/** Bytes that are handled at a time, at the least: what each step costs then does not count. */
const BLOCK_BYTES = 16 * 1024;

/**
 * The same bytes in blocks that are not small: whoever sends a byte at a time would otherwise have
 * the start of a file looked at again and again. What came before a failure is given all the same.
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
