import { shuffled, type ListOrder } from './rows';

/** Rows in a block; a power of two. */
const BLOCK = 1024;
/** Any odd step visits each row of a block once; this one scatters them. */
const SCATTER = 421;
const REMOVED = 255;

/**
 * Rows in order of time, each in a class, with a count per class for each block of 1,024 rows:
 * totals and pages of any set of classes skip whole blocks, so that the last page of a million jobs
 * costs about as much as the first.
 */
export class ListIndex {
	/** Row at each position in time, and the position of each row. */
	private order: Uint32Array = new Uint32Array(BLOCK);
	private positions: Uint32Array = new Uint32Array(BLOCK);
	private classOf: Uint8Array = new Uint8Array(BLOCK);
	private counts: Uint32Array;
	private totals: number[];
	private length = 0;
	/** Positions from here on may be out of order. */
	private sorted = 0;

	/** `timeOf` returns the time a row is ordered by; it must not change. */
	constructor(
		private readonly classes: number,
		private readonly timeOf: (row: number) => number,
	) {
		this.counts = new Uint32Array(classes);
		this.totals = new Array<number>(classes).fill(0);
	}

	/** Adds the next row; rows are numbered from 0 without gaps. */
	add(row: number, rowClass: number) {
		if (row === this.order.length) this.grow();
		const position = this.length++;
		const previous = this.order[position - 1];
		const fits = previous === undefined || this.timeOf(previous) <= this.timeOf(row);
		if (fits && this.sorted === position) this.sorted++;
		this.order[position] = row;
		this.positions[row] = position;
		this.classOf[row] = rowClass;
		this.count(row, rowClass, 1);
	}

	/** Moves a row to another class. */
	move(row: number, rowClass: number) {
		this.remove(row);
		this.classOf[row] = rowClass;
		this.count(row, rowClass, 1);
	}

	/** Removes a row from every total and page. */
	remove(row: number) {
		const rowClass = this.classOf[row]!;
		if (rowClass === REMOVED) return;
		this.count(row, rowClass, -1);
		this.classOf[row] = REMOVED;
	}

	has(row: number): boolean {
		return row < this.length && this.classOf[row] !== REMOVED;
	}

	/** Whether the row exists and is in one of the classes. */
	matches(row: number, classes: readonly number[]): boolean {
		return classes.includes(this.classOf[row]!);
	}

	/** Returns how many rows the classes hold. */
	total(classes: readonly number[]): number {
		return classes.reduce((sum, rowClass) => sum + this.totals[rowClass]!, 0);
	}

	/** Returns how many rows of the classes are older than this one. */
	rank(classes: readonly number[], row: number): number {
		this.sort();
		const position = this.positions[row]!;
		const block = Math.floor(position / BLOCK);
		let rank = 0;
		for (let i = 0; i < block; i++) rank += this.inBlock(i, classes);
		for (let i = block * BLOCK; i < position; i++) {
			if (this.matches(this.order[i]!, classes)) rank++;
		}
		return rank;
	}

	/** Returns up to `limit` rows of the classes, after skipping `offset` of them. */
	page(classes: readonly number[], offset: number, limit: number, order: ListOrder): number[] {
		const page: number[] = [];
		let skip = offset;
		const blocks = Math.ceil(this.length / BLOCK);
		this.sort();
		for (let i = 0; i < blocks && page.length < limit; i++) {
			const block = placeOf(i, blocks, order);
			const held = this.inBlock(block, classes);
			if (skip >= held) {
				skip -= held;
				continue;
			}
			for (let j = 0; j < BLOCK && page.length < limit; j++) {
				const position =
					block * BLOCK + (order === 'random' ? scatter(j) : placeOf(j, BLOCK, order));
				if (position >= this.length) continue;
				const row = this.order[position]!;
				if (!this.matches(row, classes)) continue;
				if (skip > 0) skip--;
				else page.push(row);
			}
		}
		return page;
	}

	private inBlock(block: number, classes: readonly number[]): number {
		let held = 0;
		for (const rowClass of classes) held += this.counts[block * this.classes + rowClass]!;
		return held;
	}

	private count(row: number, rowClass: number, change: number) {
		const block = Math.floor(this.positions[row]! / BLOCK);
		this.counts[block * this.classes + rowClass]! += change;
		this.totals[rowClass]! += change;
	}

	/** Merges in rows that were added with an earlier time than others before them. */
	private sort() {
		if (this.sorted === this.length) return;
		const late = this.order.slice(this.sorted, this.length);
		late.sort((a, b) => this.timeOf(a) - this.timeOf(b) || a - b);
		let from = this.sorted - 1;
		for (let to = this.length - 1, i = late.length - 1; i >= 0; to--) {
			const old = from >= 0 ? this.order[from]! : undefined;
			if (old !== undefined && this.timeOf(old) > this.timeOf(late[i]!)) {
				this.order[to] = old;
				from--;
			} else this.order[to] = late[i--]!;
		}
		this.sorted = this.length;
		this.counts.fill(0);
		this.totals.fill(0);
		for (let position = 0; position < this.length; position++) {
			const row = this.order[position]!;
			this.positions[row] = position;
			if (this.has(row)) this.count(row, this.classOf[row]!, 1);
		}
	}

	private grow() {
		const capacity = this.order.length * 2;
		this.order = grown(this.order, new Uint32Array(capacity));
		this.positions = grown(this.positions, new Uint32Array(capacity));
		this.classOf = grown(this.classOf, new Uint8Array(capacity));
		this.counts = grown(this.counts, new Uint32Array((capacity / BLOCK) * this.classes));
	}
}

/** Copies a full column into a larger one and returns that. */
function grown<Column extends { set(from: Column): void }>(from: Column, to: Column): Column {
	to.set(from);
	return to;
}

function placeOf(index: number, count: number, order: ListOrder): number {
	if (order === 'oldest') return index;
	return order === 'newest' ? count - 1 - index : shuffled(index, count);
}

function scatter(index: number): number {
	return (index * SCATTER + 77) % BLOCK;
}
