import type { Job } from '../../api/jobs';
import { createdAt } from '../decide/events';
import { STUCK } from '../decide/observation';
import type { Edge } from '../decide/observation';
import type { EdgeTask } from './edge';
import type { EdgeList, Slice } from './list';
import { join } from './strip';

/** Rows by which reading steps back when a piece does not join the previous one. */
const STEP_BACK = 5;
const MOST_STEPS_BACK = 3;
/** Steps of the search for the oldest new job, at most. */
const MOST_STEPS = 24;
/** How many of these steps, and of the pages after them, a look needs to achieve anything. */
const NEEDED = 2;

export type Read = Pick<Edge, 'rows' | 'total' | 'left' | 'readUpTo' | 'isStuck'>;

/**
 * More new jobs than fit on a few pages. The oldest is searched for outward from the edge, starting
 * where the counts place it; from there they are read towards the newest, so that what there is no time
 * for stays in one piece, and comes next.
 */
export class Backlog {
	constructor(
		private readonly task: EdgeTask,
		private readonly list: EdgeList,
		/** The piece at the edge that was already read, all of it new, and its length in the list. */
		private readonly top: Job[],
		private readonly topEnd: number,
		private total: number,
	) {}

	async read(): Promise<Read> {
		const boundary = await this.findBoundary();
		if (boundary !== undefined) return await this.readUp(boundary);
		const { total, top, topEnd } = this;
		const wasStuck = this.task.state?.search === STUCK;
		const left = Math.max(topEnd, this.expected());
		if (!wasStuck) return { rows: [], total, left, readUpTo: 0, isStuck: true };
		// With a service this slow, report the newest first; the counts show that the others are owed.
		return { rows: top, total, left: 0, readUpTo: 0 };
	}

	/** The page with the oldest new job, or with some older ones; undefined without an answer. */
	private async findBoundary(): Promise<Slice | undefined> {
		const { limits, requests } = this.task;
		const pageRows = this.list.pageRows(limits.pageRows);
		let low = this.topEnd;
		let high = Infinity;
		let step = pageRows;
		let depth = Math.max(low - 1, this.expected() - Math.floor(pageRows / 2));
		let best: Slice | undefined;
		for (let steps = 0; steps < MOST_STEPS && requests.hasTime('edge', steps < NEEDED); steps++) {
			depth = Math.min(depth, Math.max(0, this.list.length - 1));
			const slice = await this.slice(depth);
			if (slice === undefined) return best;
			const known = this.countKnown(slice);
			if (slice.length === 0) high = Math.min(high, depth);
			else if (known === 0) low = Math.max(low, slice.depth + slice.length);
			else {
				best = slice;
				if (known < slice.rows.length || slice.depth <= low) return slice;
				high = Math.min(high, slice.depth);
			}
			if (low >= this.list.length) return slice.length > 0 ? slice : best;
			if (low >= high) return best ?? (slice.length > 0 ? slice : undefined);
			if (high === Infinity) {
				depth = low - 1 + step;
				step *= 2;
			} else depth = Math.floor((low + high) / 2);
			if (best !== undefined && high - low <= slice.length) depth = Math.max(0, low - 1);
		}
		return best;
	}

	/** How many new jobs there are, by the counts. */
	private expected(): number {
		const { state } = this.task;
		return this.total - (state?.total ?? 0) + (state?.left ?? 0);
	}

	/** Reads from the oldest new job towards the edge. */
	private async readUp(boundary: Slice): Promise<Read> {
		const { requests, limits } = this.task;
		let rows = boundary.rows;
		let depth = boundary.depth;
		let size = Math.max(2, this.list.pageRows(limits.pageRows));
		let back = 1;
		for (let stepsBack = 0; depth > 0;) {
			const joined = join(this.top, rows);
			if (joined !== undefined) return this.result(joined, 0);
			if (!requests.hasTime('edge')) break;
			const next = Math.max(0, depth + back - size);
			const slice = await this.slice(next, depth + back - next);
			if (slice === undefined || slice.length === 0) break;
			const more = join(slice.rows, rows);
			if (more === undefined || more.length <= rows.length) {
				if (slice.length < size && slice.length > 1) size = slice.length;
				if (++stepsBack > MOST_STEPS_BACK) break;
				back += STEP_BACK * stepsBack;
				continue;
			}
			rows = more;
			depth = slice.depth;
			size = Math.max(2, Math.min(limits.pageRows, Math.max(size, slice.length)));
			back = 1;
			stepsBack = 0;
		}
		return this.result(rows, depth);
	}

	private async slice(
		depth: number,
		limit = this.task.limits.pageRows,
	): Promise<Slice | undefined> {
		const slice = await this.list.slice(depth, limit, this.total);
		if (slice !== undefined) this.total = slice.total;
		return slice;
	}

	private countKnown({ rows }: Slice): number {
		return rows.filter((row) => this.task.memory.knows(row)).length;
	}

	private result(rows: Job[], left: number): Read {
		const readUpTo =
			left === 0 ? Infinity : rows.length === 0 ? 0 : Math.max(...rows.slice(0, 1).map(createdAt));
		return { rows, total: this.total, left, readUpTo };
	}
}
