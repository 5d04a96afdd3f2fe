import type { IExecuteFunctions, NodeOperationError } from 'n8n-workflow';

import type { Body } from '../streams';

/** Bytes read from n8n's store at a time: more is faster, and takes as much more memory. */
const CHUNK_BYTES = 1024 * 1024;

/** A file in a binary field of an item, which can be read repeatedly. */
export interface BinarySource {
	/** According to the item; empty when it does not say. */
	name: string;
	/** Content type, according to the item. */
	type: string;
	/** The exact number of bytes. */
	bytes: number;
	/** Opens it for reading from an offset on. */
	open(from: number): Promise<OpenSource>;
}

export interface OpenSource {
	/** The bytes to the end, in chunks; the store is released when the reader stops early. */
	chunks: AsyncGenerator<Buffer, void>;
	/** A stream of the host that provides its class; undefined when n8n keeps the file in memory. */
	stream?: Body;
}

interface Reader {
	context: IExecuteFunctions;
	itemIndex: number;
	client: { usageError(problem: string, advice: string): NodeOperationError };
}

/**
 * The file in a binary field of an input item.
 *
 * @throws NodeOperationError when the item has no such field, or its file is no longer in n8n's store.
 */
export async function binarySource(reader: Reader, field: string): Promise<BinarySource> {
	const { context, itemIndex, client } = reader;
	const { helpers } = context;
	const { id, data, fileName = '', mimeType } = helpers.assertBinaryData(itemIndex, field);
	const about = { name: fileName, type: mimeType };
	if (id === undefined) return inMemory(about, data);

	const lost = (problem: string) =>
		client.usageError(
			`The file in "${field}" cannot be read from n8n's store: ${problem}`,
			'n8n may have removed it, or keep files on a disk that this worker does not share. Run the workflow from the node that made the file.',
		);
	const { fileSize: bytes } = await helpers.getBinaryMetadata(id).catch((error: Error) => {
		throw lost(error.message);
	});
	async function* from(stream: Body, first: number): AsyncGenerator<Buffer, void> {
		let at = 0;
		try {
			for await (const chunk of stream as AsyncIterable<Buffer>) {
				if (at + chunk.length > first) yield chunk.subarray(Math.max(0, first - at));
				at += chunk.length;
			}
		} catch (error) {
			throw lost((error as Error).message);
		} finally {
			stream.destroy();
		}
		if (at !== bytes) throw lost(`it has ${at} bytes instead of ${bytes}`);
	}
	const open = async (first: number) => {
		const stream = await helpers.getBinaryStream(id, CHUNK_BYTES);
		return { chunks: from(stream, first), stream };
	};
	return { ...about, bytes, open };
}

/** n8n keeps a file in memory as base64: three bytes become four characters. */
function inMemory(about: { name: string; type: string }, base64: string): BinarySource {
	const step = CHUNK_BYTES - (CHUNK_BYTES % 3);
	async function* from(first: number): AsyncGenerator<Buffer, void> {
		const start = first - (first % 3);
		for (let at = start; (at / 3) * 4 < base64.length; at += step) {
			const piece = Buffer.from(base64.slice((at / 3) * 4, ((at + step) / 3) * 4), 'base64');
			yield piece.subarray(Math.max(0, first - at));
		}
	}
	const open = async (first: number) => ({ chunks: from(first) });
	return { ...about, bytes: Buffer.byteLength(base64, 'base64'), open };
}
