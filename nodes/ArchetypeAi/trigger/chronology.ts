import { usageError } from '../api/errors';
import type { List } from '../api/pages';
import type { Job } from '../api/schemas';
import { time } from './events';

/**
 * How the service lists jobs, by their creation: `whole` when one page holds them all. The service
 * promises no order, so it is read off the rows each time.
 */
export type Order = 'whole' | 'newest' | 'oldest' | 'unknown';

export function orderOf(rows: Job[], total: number): Order {
	if (rows.length >= total) return 'whole';
	if (isSorted(rows, -1)) return 'newest';
	return isSorted(rows, 1) ? 'oldest' : 'unknown';
}

export function isSorted(rows: Job[], sign: 1 | -1): boolean {
	const times = rows.map(createdAt);
	return times.every((at, i) => i === 0 || sign * (at - (times[i - 1] ?? 0)) >= 0);
}

export const createdAt = (job: Job): number => time(job.created_at);

const MOST_HOLES = 3;
/** Rows of a page that shares one with the page before. */
const LEAST_PAGE = 2;

interface Slice {
	/** Oldest first. */
	rows: Job[];
	/** Age index of the first row: 0 is the oldest job of all. */
	index: number;
	total: number;
}

/** The list of all jobs read oldest first, whichever way the service sorts it. */
export class Chronology {
	private holes = 0;
	/** Rows of a page, as far as known. */
	private size: number;

	constructor(
		private readonly list: List<Job>,
		private readonly order: 'newest' | 'oldest',
		private total: number,
		pageSize: number,
	) {
		this.size = Math.max(LEAST_PAGE, pageSize);
	}

	/**
	 * Jobs created after `after` (epoch ms) without a gap, oldest first, and how many rows are left.
	 * New jobs only appear at the end; when older ones are deleted meanwhile, rows move towards the
	 * reader, who notices by the missing last row, steps back, and has nothing to hand out this time.
	 *
	 * @throws NodeOperationError when the service shows no rows where it counts some, or one a page.
	 */
	async *from(after: number): AsyncGenerator<{ rows: Job[]; left: number }> {
		const seen = new Set<string>();
		let index = Math.max(0, (await this.indexOfFirst(after)) - 1);
		for (let stepBack = Math.ceil(this.size / 2); ;) {
			const slice = await this.slice(index);
			const [first] = slice.rows;
			const anchored =
				slice.index === 0 ||
				(first !== undefined && (seen.has(first.id) || createdAt(first) <= after));
			if (!anchored) {
				index = Math.max(0, Math.min(index, slice.total) - stepBack);
				stepBack *= 2;
				yield { rows: [], left: Math.max(1, slice.total - index) };
				continue;
			}
			stepBack = Math.ceil(this.size / 2);
			const end = slice.index + slice.rows.length;
			const rows = slice.rows.filter((job) => !seen.has(job.id) && createdAt(job) > after);
			for (const job of slice.rows) seen.add(job.id);
			yield { rows, left: Math.max(0, slice.total - end) };
			if (end >= slice.total) return;
			index = Math.max(index + 1, end - 1);
		}
	}

	/** Age index of the first job created after `after`, found in as many requests as total has bits. */
	private async indexOfFirst(after: number): Promise<number> {
		let low = 0;
		let high = this.total;
		while (high - low > this.size) {
			const middle = Math.floor((low + high) / 2);
			const offset = this.order === 'oldest' ? middle : Math.max(0, this.total - 1 - middle);
			const [row] = (await this.list.page(offset, 1)).rows;
			// Nothing is there behind the list's end, where the newest or the oldest jobs would be.
			const isEarlier = row === undefined ? this.order === 'newest' : createdAt(row) <= after;
			if (isEarlier) low = middle;
			else high = middle;
		}
		return low;
	}

	/** A page at an age index or somewhat before it, never after. */
	private async slice(index: number): Promise<Slice> {
		for (let slack = 0; ;) {
			const target = Math.max(0, index - slack);
			const wanted = Math.min(this.size, Math.max(1, this.total - target));
			const isOldest = this.order === 'oldest';
			const offset = isOldest ? target : Math.max(0, this.total - target - wanted);
			const { rows, total } = await this.list.page(offset, wanted);
			this.total = total;
			const isShort = rows.length < Math.min(LEAST_PAGE, wanted);
			if (isShort && offset + rows.length < total) this.countHole(offset);
			if (isOldest) return { rows, index: target, total };
			// The list's end has moved in front of the place.
			if (rows.length === 0 && total > 0) continue;

			const at = Math.max(0, total - offset - rows.length);
			if (at <= index) return { rows: [...rows].reverse(), index: at, total };
			// A gap before the slice: the page is smaller than asked for, or rows were inserted in
			// front of it meanwhile, as many of which may come again.
			if (rows.length < wanted) this.size = Math.max(LEAST_PAGE, rows.length);
			else slack = 2 * slack + 1;
		}
	}

	/** A row can be deleted between the service's count and its page, but not time and again. */
	private countHole(offset: number): void {
		this.holes++;
		if (this.holes <= MOST_HOLES) return;
		throw usageError(
			this.list.about.node,
			'The service does not show all jobs that it counts',
			`It counts ${this.total} jobs, but those from number ${offset + 1} on cannot be read, so new ones cannot be found. Narrow the jobs down with Filters, or ask the service's support.`,
		);
	}
}
