import type { Job } from '../../api/jobs';
import type { Order } from '../decide/state';
import type { JobPage } from '../source';
import type { PlaceName, Requests } from './requests';

/** Adjacent rows of a list, newest first. */
export interface Slice {
	rows: Job[];
	/** How many rows are newer, and how many are here, including malformed ones. */
	depth: number;
	length: number;
	total: number;
}

/**
 * The list of all jobs from its edge, whichever way the service sorts it. A depth counts the rows that
 * were newer when the look began; rows added meanwhile do not move it.
 */
export class EdgeList {
	private first?: number;
	/** Rows per page, at most, as pages have shown so far. */
	private size = Infinity;

	constructor(
		private readonly requests: Requests,
		readonly order: Order,
		private readonly place: PlaceName = 'edge',
	) {}

	/** How many rows there were when the look began; depths stay below this. */
	get length(): number {
		return this.first ?? 0;
	}

	/** Rows per page: `most`, or fewer where the service gives no more. */
	pageRows(most: number): number {
		return Math.min(most, this.size);
	}

	/** Rows from a depth on; undefined when they could not be read. */
	async slice(depth: number, limit: number, total: number): Promise<Slice | undefined> {
		const first = (this.first ??= total);
		const come = total - first;
		const isOldest = this.order === 'oldest';
		const most = this.pageRows(limit);
		const wanted = isOldest ? Math.min(most, first - depth) : most;
		if (wanted <= 0) return undefined;
		const offset = isOldest ? Math.max(0, first - depth - wanted) : Math.max(0, depth + come);
		const page = await this.requests.page(this.place, { offset, limit: wanted });
		return page && this.sliceOf(page, offset, wanted);
	}

	/** A page that was already read, as a slice; `wanted`: the rows requested. */
	sliceOf(page: JobPage, offset: number, wanted: number): Slice {
		const first = (this.first ??= page.total);
		const { rows, length, total } = page;
		const isShort = length < wanted && offset + length < total;
		if (isShort && length > 0) this.size = Math.max(2, length);
		if (this.order !== 'oldest') return { rows, length, total, depth: offset - (total - first) };
		return { rows: [...rows].reverse(), length, total, depth: first - offset - length };
	}
}
