import type { Readable } from 'node:stream';
import { sliced } from './slices';

/**
 * Returns the lines of a text as Python reads them, without their line endings: text after the last
 * one is a line unless it is empty, and blank lines count.
 */
export async function* linesOf(file: Readable): AsyncGenerator<string> {
	const decoder = new TextDecoder();
	/** The start of a line whose end is still to come; joined once, however long it is. */
	let begun: string[] = [];
	for await (const chunk of sliced(file)) {
		const [first = '', ...others] = decoder.decode(chunk, { stream: true }).split('\n');
		begun.push(first);
		for (const other of others) {
			yield withoutReturn(begun.join(''));
			begun = [other];
		}
	}
	const last = begun.join('') + decoder.decode();
	if (last !== '') yield withoutReturn(last);
}

function withoutReturn(line: string): string {
	return line.endsWith('\r') ? line.slice(0, -1) : line;
}
