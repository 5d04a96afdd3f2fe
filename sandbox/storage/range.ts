/** Bytes `from` to `to` (exclusive). */
export interface ByteRange {
	from: number;
	to: number;
}

/**
 * Returns the part of `size` bytes that a `Range` header requests, `unsatisfiable` if it lies
 * outside, or undefined to send everything: without the header, and for forms that servers may
 * ignore (multiple ranges, other units), as S3 does. Not range-parser 1: it rejects the last 9
 * bytes of 5, which are all of them.
 */
export function readRange(
	header: string | undefined,
	size: number,
): ByteRange | 'unsatisfiable' | undefined {
	const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
	if (!match || (!match[1] && !match[2])) return undefined;
	if (!match[1]) {
		const last = Number(match[2]);
		return last === 0 || size === 0
			? 'unsatisfiable'
			: { from: Math.max(size - last, 0), to: size };
	}
	const from = Number(match[1]);
	const to = match[2] ? Math.min(Number(match[2]) + 1, size) : size;
	if (match[2] && Number(match[2]) < from) return undefined;
	return from >= size ? 'unsatisfiable' : { from, to };
}
