import { ID_BYTES } from '../ids';

const FREE = 0;

/**
 * Finds the row of an id in a column of 16-byte ids. A hash table of row numbers with open
 * addressing: 8 to 16 bytes per row, where a Map of strings takes over a hundred.
 */
export class IdIndex {
	private slots = new Uint32Array(2048);
	private held = 0;

	/** `column` returns the current ids: the column moves when it grows. */
	constructor(private readonly column: () => Uint8Array) {}

	/** Adds the row, whose id must be in the column already. */
	add(row: number) {
		if (++this.held * 2 > this.slots.length) this.grow();
		this.place(row);
	}

	/** Returns the row with this id, or undefined. */
	find(id: Uint8Array): number | undefined {
		const ids = this.column();
		for (let slot = this.slotOf(id, 0); this.slots[slot] !== FREE; slot = this.after(slot)) {
			const row = this.slots[slot]! - 1;
			if (id.every((byte, i) => byte === ids[row * ID_BYTES + i])) return row;
		}
		return undefined;
	}

	private place(row: number) {
		let slot = this.slotOf(this.column(), row * ID_BYTES);
		while (this.slots[slot] !== FREE) slot = this.after(slot);
		this.slots[slot] = row + 1;
	}

	/** The ids are random, so their first bytes are as good as a hash. */
	private slotOf(ids: Uint8Array, at: number): number {
		const hash = (ids[at]! << 24) | (ids[at + 1]! << 16) | (ids[at + 2]! << 8) | ids[at + 3]!;
		return (hash >>> 0) & (this.slots.length - 1);
	}

	private after(slot: number): number {
		return (slot + 1) & (this.slots.length - 1);
	}

	private grow() {
		const old = this.slots;
		this.slots = new Uint32Array(old.length * 2);
		for (const entry of old) if (entry !== FREE) this.place(entry - 1);
	}
}
