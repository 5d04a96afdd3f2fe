import type { IExecuteFunctions } from 'n8n-workflow';

/** A readable stream of the host. */
export type Body = Exclude<
	Parameters<IExecuteFunctions['helpers']['prepareBinaryData']>[0],
	Buffer
>;

/** A stream of what the generator yields; `atHand` provides its class, since no package may import it. */
export function streamLike(atHand: Body, content: AsyncIterable<Buffer>): Body {
	const Stream = atHand.constructor as unknown as {
		from(content: AsyncIterable<Buffer>, options: { objectMode: boolean }): Body;
	};
	return Stream.from(content, { objectMode: false });
}

/** All chunks as one, held in memory. */
export async function gathered(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
	const all: Buffer[] = [];
	for await (const chunk of chunks) all.push(chunk);
	return Buffer.concat(all);
}

/** A first chunk, then the rest. */
export async function* startingWith(
	start: Buffer,
	rest: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer> {
	yield start;
	yield* rest;
}
