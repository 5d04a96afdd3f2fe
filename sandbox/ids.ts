import { randomFillSync, randomUUID } from 'node:crypto';

import { TypeID } from 'typeid-js';

/** Size of a UUID; tables of ids store them back to back. */
export const ID_BYTES = 16;

/** Multiplying by an odd number modulo 2^32 can be undone by multiplying by its inverse. */
const SPREAD = 0x9e3779b1;
const SPREAD_INVERSE = 0x0e8b2f51;

/** Returns `count` random UUIDv4s, 16 bytes each. Like the service's, they carry no timestamp. */
export function randomUuids(count: number): Uint8Array {
	const bytes = randomFillSync(new Uint8Array(count * ID_BYTES));
	for (let at = 0; at < bytes.length; at += ID_BYTES) markAsVersion4(bytes, at);
	return bytes;
}

/** Returns a new random TypeID such as `job_3h7m…`: prefix, `_`, 26 characters. */
export function randomId(prefix: string): string {
	return encodeId(prefix, randomUuids(1));
}

/** Returns the TypeID of the UUID at offset `at` in `bytes`. */
export function encodeId(prefix: string, bytes: Uint8Array, at = 0): string {
	return TypeID.fromUUIDBytes(prefix, bytes.subarray(at, at + ID_BYTES)).toString();
}

/** Returns the 16 bytes of a TypeID with this prefix, or undefined for any other text. */
export function decodeId(prefix: string, id: string): Uint8Array | undefined {
	try {
		return TypeID.fromString(id, prefix).toUUIDBytes();
	} catch {
		return undefined;
	}
}

/**
 * Returns the id of row `index` of a seeded job: derived from the job's id, so that a hundred
 * thousand inputs take no memory, and in no particular order, like the service's ids.
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

/** Returns an `error_uid` in the service's format: `err-` and a UUID. */
export function errorUid(): string {
	return `err-${randomUUID()}`;
}

function markAsVersion4(bytes: Uint8Array, at: number) {
	bytes[at + 6] = (bytes[at + 6]! & 0x0f) | 0x40;
	bytes[at + 8] = (bytes[at + 8]! & 0x3f) | 0x80;
}
