import { listsOf, WHOLE } from '../decide/round';
import type { Place, Round } from '../decide/round';
import type { FollowedJobs } from '../decide/followed';
import type { Limits } from '../limits';
import type { JobPage } from '../source';
import type { Requests } from './requests';

const PARALLEL = 4;
/** The whole list is read instead of the lists of active jobs when it is not much longer. */
const MOST_PER_ACTIVE = 1.25;

/**
 * Reads the lists of active jobs in a circle: all of it in one look if possible, otherwise a part that
 * the next look continues. A page that cannot be read is skipped; jobs that were on it are requested by
 * ID once the circle is complete.
 */
export class ActiveJobs {
	place: Place;
	private readonly begin: Place;
	private readonly lists: string[];
	/** How many rows each list has, according to the replies so far. */
	private readonly totals = new Map<number, number>();
	/** First pages that were read ahead of their turn. */
	private readonly ahead = new Map<number, JobPage | undefined>();
	private pages = 0;
	private pageSize: number;
	/** Pages, at most. */
	private readonly most: number;

	constructor(
		private readonly requests: Requests,
		round: Round,
		private readonly followed: FollowedJobs,
		private readonly limits: Limits,
	) {
		this.lists = listsOf(round, followed);
		const { cycle, list, offset } = round;
		this.begin =
			list < this.lists.length ? { cycle, list, offset } : { cycle: cycle + 1, list: 0, offset: 0 };
		this.place = this.begin;
		this.pageSize = limits.pageRows;
		this.most = round.isWhole ? limits.wholePages : limits.activePages;
	}

	async read(): Promise<void> {
		do {
			const batch = this.batch();
			if (batch.length === 0) return;
			const pages = await this.requests.together(
				'active jobs',
				batch.map(async (at) => await this.page(at)),
			);
			const current = this.place.list;
			for (const [index, at] of batch.entries()) this.take(at, current, pages[index]);
			this.advance();
		} while (
			!this.isThrough() &&
			!this.isAtTurn() &&
			this.pages < this.most &&
			this.requests.hasTime('active jobs')
		);
	}

	/** Whether the circle was read once since this look began. */
	private isThrough(): boolean {
		const { begin, place } = this;
		if (place.cycle === begin.cycle) return false;
		const isBefore =
			place.list < begin.list || (place.list === begin.list && place.offset < begin.offset);
		return place.cycle > begin.cycle + 1 || !isBefore;
	}

	/** Whether a new circle begins with many jobs, which may be better read from another list. */
	private isAtTurn(): boolean {
		const { list, offset, cycle } = this.place;
		const isMany = this.followed.size > this.limits.manyJobs;
		return isMany && list === 0 && offset === 0 && cycle > this.begin.cycle;
	}

	/** The pages to request at the same time: the next ones of a list, and the first ones of others. */
	private batch(): Array<{ list: number; offset: number }> {
		const { list, offset } = this.place;
		const total = this.totals.get(list);
		const room = Math.min(PARALLEL, this.most - this.pages, this.requests.left);
		const batch: Array<{ list: number; offset: number }> = [];
		if (total === undefined) {
			// Rows removed since then have moved others back to where the last look stopped.
			const back = offset > 0 ? Math.floor(this.pageSize / 2) : 0;
			batch.push({ list, offset: Math.max(0, offset - back) });
		} else {
			for (let at = offset; at < total && batch.length < room; at += this.pageSize) {
				batch.push({ list, offset: at });
			}
		}
		// With many jobs, their pages come first.
		const isSmall = this.followed.size <= this.limits.manyJobs;
		for (let next = 1; isSmall && next < this.lists.length && batch.length < room; next++) {
			const other = (list + next) % this.lists.length;
			if (!this.totals.has(other) && !this.ahead.has(other)) batch.push({ list: other, offset: 0 });
		}
		return batch;
	}

	private async page({
		list,
		offset,
	}: {
		list: number;
		offset: number;
	}): Promise<JobPage | undefined> {
		this.pages++;
		const name = this.lists[list];
		const status = name === WHOLE ? undefined : name;
		const limit = this.limits.pageRows;
		return await this.requests.page('active jobs', { status, offset, limit });
	}

	private take(
		{ list, offset }: { list: number; offset: number },
		current: number,
		page?: JobPage,
	): void {
		if (page !== undefined) {
			this.totals.set(list, page.total);
			const isClamped = page.length < this.limits.pageRows && offset + page.length < page.total;
			if (isClamped && page.length > 0) this.pageSize = Math.min(this.pageSize, page.length);
		}
		if (list !== current) this.ahead.set(list, page);
		else if (list === this.place.list) this.moveTo(list, offset, page);
	}

	/** The place behind a page; a list without an answer is skipped. */
	private moveTo(list: number, offset: number, page?: JobPage): void {
		const total = this.totals.get(list) ?? 0;
		const read = page === undefined ? this.pageSize : page.length;
		const end = Math.max(this.place.offset, offset + read);
		const isEnd = end >= total || page?.length === 0;
		this.place = isEnd ? this.behind(list) : { ...this.place, offset: end };
	}

	/** Lists that were read ahead and fit on their first page need no request of their own. */
	private advance(): void {
		for (let steps = 0; steps < this.lists.length && !this.isThrough(); steps++) {
			const { list, offset } = this.place;
			if (offset > 0 || !this.ahead.has(list)) return;
			const page = this.ahead.get(list);
			this.ahead.delete(list);
			this.moveTo(list, 0, page);
		}
	}

	private behind(list: number): Place {
		const { cycle } = this.place;
		return list + 1 < this.lists.length
			? { cycle, list: list + 1, offset: 0 }
			: { cycle: cycle + 1, list: 0, offset: 0 };
	}
}

/** Whether the next circle is better read from the whole list, which shows ends as well. */
export function readsWhole(followed: number, total: number, limits: Limits): boolean {
	return followed > limits.manyJobs && total <= followed * MOST_PER_ACTIVE;
}
