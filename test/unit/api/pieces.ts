import type { NodeApiError } from 'n8n-workflow';

/** Bytes as they may arrive: split at these offsets. */
export async function* inPieces(bytes: Buffer, places: number[] = []): AsyncGenerator<Buffer> {
	let from = 0;
	for (const place of [...places].sort((a, b) => a - b).filter((cut) => cut < bytes.length)) {
		yield bytes.subarray(from, place);
		from = place;
	}
	yield bytes.subarray(from);
}

export async function all<Value>(values: AsyncIterable<Value>): Promise<Value[]> {
	const found: Value[] = [];
	for await (const value of values) found.push(value);
	return found;
}

/** The error for an unreadable file: just the problem. */
export const fail = (problem: string): NodeApiError => new Error(problem) as NodeApiError;
