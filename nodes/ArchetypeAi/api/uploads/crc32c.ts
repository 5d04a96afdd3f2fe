/** Eight tables of the reversed Castagnoli polynomial, to look up eight bytes at once. */
const TABLES = tables();

function tables(): Uint32Array[] {
	const all = Array.from({ length: 8 }, () => new Uint32Array(256));
	for (let byte = 0; byte < 256; byte++) {
		let rest = byte;
		for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0x82f63b78 : rest >>> 1;
		all[0]![byte] = rest;
	}
	for (let slice = 1; slice < 8; slice++) {
		for (let byte = 0; byte < 256; byte++) {
			const before = all[slice - 1]![byte]!;
			all[slice]![byte] = (before >>> 8) ^ all[0]![before & 0xff]!;
		}
	}
	return all;
}

/** The CRC-32C (RFC 3720, appendix B.4) of bytes that arrive in chunks. */
export class Crc32c {
	private state = 0xffffffff;

	update(chunk: Buffer): void {
		const [t0, t1, t2, t3, t4, t5, t6, t7] = TABLES as [
			...[Uint32Array, Uint32Array, Uint32Array, Uint32Array],
			...[Uint32Array, Uint32Array, Uint32Array, Uint32Array],
		];
		let crc = this.state;
		let at = 0;
		for (const end = chunk.length - 7; at < end; at += 8) {
			crc ^= chunk[at]! | (chunk[at + 1]! << 8) | (chunk[at + 2]! << 16) | (chunk[at + 3]! << 24);
			crc =
				t7[crc & 0xff]! ^
				t6[(crc >>> 8) & 0xff]! ^
				t5[(crc >>> 16) & 0xff]! ^
				t4[crc >>> 24]! ^
				t3[chunk[at + 4]!]! ^
				t2[chunk[at + 5]!]! ^
				t1[chunk[at + 6]!]! ^
				t0[chunk[at + 7]!]!;
		}
		for (; at < chunk.length; at++) crc = t0[(crc ^ chunk[at]!) & 0xff]! ^ (crc >>> 8);
		this.state = crc;
	}

	/** In the format of storages: base64 of its four bytes, most significant first. */
	base64(): string {
		const bytes = Buffer.alloc(4);
		bytes.writeUInt32BE((this.state ^ 0xffffffff) >>> 0);
		return bytes.toString('base64');
	}
}
