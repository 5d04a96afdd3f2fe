import type { NodeApiError } from 'n8n-workflow';

import type { Encoding } from './recognize';

/** The most characters yielded at a time: processing them takes a few milliseconds. */
const SLICE_CHARACTERS = 64 * 1024;

/**
 * Bytes as text, in slices of at most 64 thousand characters. The caller removes a byte order mark first.
 * Zero bytes are accepted only if the user says that it is text (`isText`).
 *
 * @throws the error that `fail` makes when bytes are not text in this encoding: nothing is silently
 *   replaced.
 */
export async function* decoded(
	content: AsyncIterable<Buffer>,
	encoding: Encoding,
	fail: (problem: string) => NodeApiError,
	isText = false,
): AsyncGenerator<string> {
	const decode = decoderOf(encoding);
	let before = Buffer.alloc(0) as Buffer;
	let bytes = 0;
	let lines = 0;

	function* textOf(chunk: Buffer): Generator<string> {
		let text: string;
		try {
			text = decode(chunk);
		} catch {
			const valid = validStart(chunk, encoding);
			const byte = bytes + valid.bytes;
			const found = chunk[valid.bytes]!.toString(16).padStart(2, '0');
			// What precedes it is still yielded.
			if (valid.text !== '') yield valid.text;
			throw fail(
				`line ${lines + breaksIn(valid.text) + 1} is not ${NAMES[encoding]}, since its byte ${byte + 1} (0x${found}) begins no character. Choose another Encoding in the options of Read Rows`,
			);
		}
		const zero = isText ? -1 : text.indexOf('\0');
		if (zero >= 0) {
			const before = text.slice(0, zero);
			if (before !== '') yield before;
			throw fail(
				`line ${lines + breaksIn(before) + 1} contains a zero byte, which text does not. If it is text anyway, choose its Encoding in the options of Read Rows`,
			);
		}
		bytes += chunk.length;
		lines += breaksIn(text);
		for (let at = 0; at < text.length; at += SLICE_CHARACTERS) {
			yield text.length <= SLICE_CHARACTERS ? text : text.slice(at, at + SLICE_CHARACTERS);
		}
	}

	for await (const chunk of content) {
		const all = before.length === 0 ? chunk : Buffer.concat([before, chunk]);
		const whole = all.length - splitCharacterAtEnd(all, encoding);
		before = all.subarray(whole);
		yield* textOf(all.subarray(0, whole));
	}
	yield* textOf(before);
}

const NAMES: Record<Encoding, string> = {
	'utf-8': 'text in UTF-8',
	'utf-16le': 'text in UTF-16 LE',
	'utf-16be': 'text in UTF-16 BE',
	'windows-1252': 'text in Latin-1',
};

function decoderOf(encoding: Encoding): (bytes: Buffer) => string {
	if (encoding === 'windows-1252') return windows1252;
	const decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
	return (bytes) => decoder.decode(bytes);
}

/** Written here, since several versions of Node decode it as Latin-1, without €, “ and the like. */
const windows1252 = (bytes: Buffer): string =>
	bytes.toString('latin1').replace(/[\x80-\x9f]/g, (one) => HIGH[one.charCodeAt(0) - 0x80]!);

/** The characters at 0x80 to 0x9f; the five undefined ones stay control characters. */
const HIGH = [...'€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f', ...'\x90‘’“”•–—˜™š›œ\x9džŸ'];

/** How many bytes at the end begin a character that the next chunk may complete. */
function splitCharacterAtEnd(bytes: Buffer, encoding: Encoding): number {
	const { length } = bytes;
	if (encoding === 'windows-1252') return 0;
	if (encoding === 'utf-8') {
		for (let back = 1; back <= Math.min(3, length); back++) {
			const byte = bytes[length - back]!;
			if (byte < 0x80) return 0;
			if (byte < 0xc0) continue;
			const needed = byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
			return needed > back ? back : 0;
		}
		return 0;
	}
	const odd = length % 2;
	const high = bytes[encoding === 'utf-16le' ? length - odd - 1 : length - odd - 2] ?? 0;
	return length - odd >= 2 && high >= 0xd8 && high < 0xdc ? odd + 2 : odd;
}

/** The part before the first character that cannot be decoded: its text, and its bytes. */
function validStart(chunk: Buffer, encoding: Encoding): { text: string; bytes: number } {
	let text = '';
	let [from, to] = [0, chunk.length];
	while (from < to) {
		const middle = Math.ceil((from + to) / 2);
		try {
			// As a stream, the end may fall within a character.
			const decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
			text = decoder.decode(chunk.subarray(0, middle), { stream: true });
			from = middle;
		} catch {
			to = middle - 1;
		}
	}
	return { text, bytes: Buffer.byteLength(text, encoding === 'utf-8' ? 'utf8' : 'utf16le') };
}

/** Line breaks in text: LF and CRLF, or CR where there is neither. */
function breaksIn(text: string): number {
	const mark = text.includes('\n') ? '\n' : '\r';
	let breaks = 0;
	for (let at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at + 1)) breaks++;
	return breaks;
}
