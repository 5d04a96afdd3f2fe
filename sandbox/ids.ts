import { randomFillSync, randomUUID } from 'node:crypto';

/** A UUID is 16 bytes; a table of ids keeps them one after another. */
export const ID_BYTES = 16;

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const VALUES = new Map([...ALPHABET].map((character, value) => [character, value]));

/** Multiplying by an odd number modulo 2^32 can be undone by multiplying by its inverse. */
const SPREAD = 0x9e3779b1;
const SPREAD_INVERSE = 0x0e8b2f51;

/** Returns `count` random UUIDv4 values, 16 bytes each. Like the service's, they carry no time. */
export function randomUuids(count: number): Uint8Array {
	const bytes = randomFillSync(new Uint8Array(count * ID_BYTES));
	for (let at = 0; at < bytes.length; at += ID_BYTES) markAsVersion4(bytes, at);
	return bytes;
}

/** Returns a new random TypeID such as `job_3h7m…`: prefix, `_`, 26 characters. */
export function randomId(prefix: string): string {
	return encodeId(prefix, randomUuids(1));
}

/** Returns the TypeID of the UUID found at `at` in `bytes`: Crockford base32, lower case. */
export function encodeId(prefix: string, bytes: Uint8Array, at = 0): string {
	let text = `${prefix}_`;
	let pending = 0;
	// 26 characters hold 130 bits: the first two are zero.
	let bits = 2;
	for (let i = 0; i < ID_BYTES; i++) {
		pending = (pending << 8) | bytes[at + i]!;
		bits += 8;
		while (bits >= 5) {
			bits -= 5;
			text += ALPHABET[(pending >>> bits) & 31];
		}
		pending &= (1 << bits) - 1;
	}
	return text;
}

/** Returns the 16 bytes of a TypeID with this prefix, or undefined for any other text. */
export function decodeId(prefix: string, id: string): Uint8Array | undefined {
	const text = id.slice(prefix.length + 1);
	if (!id.startsWith(`${prefix}_`) || text.length !== 26 || text[0]! > '7') return undefined;
	const bytes = new Uint8Array(ID_BYTES);
	let pending = 0;
	let bits = -2;
	let at = 0;
	for (const character of text) {
		const value = VALUES.get(character);
		if (value === undefined) return undefined;
		pending = ((pending << 5) | value) & 0xfff;
		bits += 5;
		if (bits >= 8) {
			bits -= 8;
			bytes[at++] = (pending >>> bits) & 255;
		}
	}
	return bytes;
}

/**
 * Returns the id of row `index` of a seeded job: derived from the job's id, so that a hundred
 * thousand inputs need no memory, and without order, as the service's ids are.
 */
export function derivedId(prefix: string, job: Uint8Array, index: number): string {
	const bytes = job.slice();
	const view = new DataView(bytes.buffer);
	view.setUint32(0, (Math.imul(index + 1, SPREAD) ^ view.getUint32(0)) >>> 0);
	return encodeId(prefix, bytes);
}

/** Returns the `index` that {@link derivedId} was given, or -1 if the id is not the job's. */
export function derivedIndex(prefix: string, job: Uint8Array, id: string): number {
	const bytes = decodeId(prefix, id);
	if (!bytes || bytes.some((byte, i) => i >= 4 && byte !== job[i])) return -1;
	const difference =
		new DataView(bytes.buffer).getUint32(0) ^ new DataView(job.slice().buffer).getUint32(0);
	return (Math.imul(difference, SPREAD_INVERSE) >>> 0) - 1;
}

/** Returns an `error_uid` as the service writes it: `err-` and a UUID. */
export function errorUid(): string {
	return `err-${randomUUID()}`;
}

function markAsVersion4(bytes: Uint8Array, at: number) {
	bytes[at + 6] = (bytes[at + 6]! & 0x0f) | 0x40;
	bytes[at + 8] = (bytes[at + 8]! & 0x3f) | 0x80;
}
