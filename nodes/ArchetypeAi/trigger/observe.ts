import { readRows } from '../api/pages';
import type { List } from '../api/pages';
import type { Job } from '../api/schemas';
import { Chronology, createdAt, isSorted, orderOf } from './chronology';
import type { Order } from './chronology';
import { ACTIVE_STATUSES, isActive, time } from './events';
import { LIMITS } from './limits';
import type { Limits } from './limits';
import type { JobSource } from './source';
import type { State } from './state';
import { LATENESS_MS } from './watch';
import type { Observation } from './watch';

/** Further pages from the edge before new jobs are looked for from the oldest one up. */
const EDGE_PAGES = 2;
/** Rows that each page of the sweep shares with the one before, so that shifts skip nothing. */
const SWEEP_OVERLAP = 4;
/** Ended jobs fetched by id before the lists are tried, and that a page must resolve to be worth it. */
const FEW = 10;
const PARALLEL = 4;

/**
 * Looks at the service with as few requests as the watch needs:
 *
 * 1. the lists of active jobs: what runs now;
 * 2. the edge of the whole list, where new jobs appear: jobs that came and went between two looks;
 * 3. one page of a slow walk through the whole list: what no cheap request can show;
 * 4. tracked jobs that left the active lists, from the lists or by id: what ended.
 *
 * A quiet look costs six requests, whatever the history. `hasTime` says whether another request may
 * start; what was not reached is left to the next look and never dropped.
 *
 * @throws the client's error for any request that fails; nothing is kept of a look that failed.
 */
export async function observe(
	source: JobSource,
	state: State | undefined,
	hasTime: () => boolean,
	limits = LIMITS,
): Promise<Observation> {
	const look = new Look(source, state, hasTime, limits);
	await look.atActiveJobs();
	await look.atEdge();
	await look.bySweep();
	await look.atEndedJobs();
	await look.bySweepInHurry();
	return look.result();
}

/** Looks at one job only: one request. */
export async function observeOne(source: JobSource, jobId: string): Promise<Observation> {
	const job = await source.get(jobId);
	// The service's clock, as far as the job tells: the host's is another.
	const now = job === undefined ? 0 : latestTime(job);
	return {
		...nothingSeen(),
		...{ now, readUpTo: now },
		jobs: new Map(job === undefined ? [] : [[job.id, job]]),
		gone: new Set(job === undefined ? [jobId] : []),
	};
}

const nothingSeen = (): Observation => ({
	now: 0,
	jobs: new Map(),
	gone: new Set(),
	pending: new Set(),
	readUpTo: 0,
	order: 'unknown',
	total: 0,
	left: 0,
	sweep: { offset: 0, owed: 0, total: 0 },
});

class Look {
	readonly observation: Observation;
	/** Jobs created after this are new to the watch. */
	private readonly floor: number;
	/** Rows read from the edge on. */
	private depth = 0;
	/** When the newest job seen was created. */
	private newest = 0;
	/** Up to when new jobs were read. */
	private reached: number;

	constructor(
		private readonly source: JobSource,
		private readonly state: State | undefined,
		private readonly hasTime: () => boolean,
		private readonly limits: Limits,
	) {
		this.floor = state?.createdFloor ?? Infinity;
		this.reached = this.floor;
		this.observation = {
			...nothingSeen(),
			sweep: { ...(state?.sweep ?? nothingSeen().sweep) },
		};
	}

	async atActiveJobs(): Promise<void> {
		// At once: a job that moves from one list to another meanwhile is rarely missed by both, and
		// is looked at by id then.
		await allOf(
			ACTIVE_STATUSES.map(async (status) => {
				for await (const rows of readRows(this.list(status))) {
					this.see(rows);
					// Tracked jobs that were not seen are looked at later, new ones are at the edge, too.
					if (this.state !== undefined && !this.hasTime()) return;
				}
			}),
		);
	}

	async atEdge(): Promise<void> {
		const { pageRows, edgeRows } = this.limits;
		const limit = Math.min(pageRows, edgeRows + this.unresolved().length);
		const begun = this.observation.now;
		if (!(await this.atKnownEnd(limit))) {
			const head = await this.list().page(0, limit);
			const order = await this.orderOf(head.rows, head.total);
			Object.assign(this.observation, { order, total: head.total });
			if (order === 'newest') await this.downFrom(head.rows, head.total);
			else this.see(head.rows);
			if (order === 'oldest') await this.upFromFloor(order, head.total, head.rows.length);
			if (order === 'unknown') this.countOwed(head.total);
		}
		if (this.observation.left === 0) this.reached = Math.max(begun, this.newest);
		// Jobs created at that very moment may have come too late, or be among those left.
		this.observation.readUpTo = this.reached - 1;
	}

	/** Jobs created at the same moment are sorted either way: then the list's other end tells. */
	private async orderOf(rows: Job[], total: number): Promise<Order> {
		const order = orderOf(rows, total);
		const [first] = rows;
		if (order !== 'newest' || first === undefined || !isSorted(rows, 1)) return order;
		for (let end = total; end > rows.length;) {
			const { rows: there, total: rowsNow } = await this.list().page(end - 1, 1);
			const [last] = there;
			if (last !== undefined) return createdAt(last) > createdAt(first) ? 'oldest' : 'newest';
			// Rows were deleted meanwhile, or the service does not show the far end.
			end = rowsNow < end ? rowsNow : Math.floor(end / 2);
		}
		return order;
	}

	async atEndedJobs(): Promise<void> {
		await this.endedNearEdge();

		let few = FEW;
		let asked = 0;
		// Some in any case, so that a service that is slow for long does not keep them waiting.
		const mayAsk = () => asked === 0 || this.hasTime();
		for (let left = this.unresolved(); left.length > 0 && mayAsk(); left = this.unresolved()) {
			for (const ids of chunks(left.slice(0, few), PARALLEL)) {
				if (!mayAsk()) break;
				asked += ids.length;
				await allOf(ids.map((id) => this.lookAt(id)));
			}
			// Finding a place in the list costs requests, too: less often where it was in vain.
			if (left.length > few + FEW && this.hasTime()) {
				few = (await this.endedFromOldest()) ? FEW : 2 * few;
			}
		}
	}

	async bySweep(): Promise<void> {
		const { sweep, order, total } = this.observation;
		if (order === 'whole' || this.state === undefined) return;
		// New jobs at the front have pushed the others back since the page before, deleted ones may have
		// let them move up.
		const shift = total - sweep.total;
		sweep.offset = Math.max(0, sweep.offset + (order === 'newest' ? shift : Math.min(0, shift)));
		await this.sweepPage();
	}

	/** More of the walk where new jobs have to be looked for everywhere. */
	async bySweepInHurry(): Promise<void> {
		while (this.observation.sweep.owed > 0 && this.hasTime()) await this.sweepPage();
	}

	private async sweepPage(): Promise<void> {
		const { sweep } = this.observation;
		const limit = sweep.owed > 0 ? this.limits.pageRows : this.limits.sweepRows;
		const offset = sweep.offset < this.observation.total ? sweep.offset : 0;
		const { rows, total } = await this.list().page(offset, limit);
		this.see(rows);
		const step = Math.max(1, rows.length - SWEEP_OVERLAP);
		const isEnd = rows.length === 0 || offset + rows.length >= total;
		sweep.total = total;
		sweep.offset = isEnd ? 0 : offset + step;
		sweep.owed = Math.max(0, sweep.owed - step);
	}

	/**
	 * What was seen, without new jobs ahead of those that are left, or that came after the edge was
	 * read: each has to wait for its turn. In a list in no order nobody knows when they show again.
	 */
	result(): Observation {
		const { jobs, order } = this.observation;
		this.observation.pending = new Set(this.unresolved());
		if (order === 'unknown') return this.observation;
		const isInTurn = (job: Job) => createdAt(job) <= this.reached || this.isTracked(job.id);
		return {
			...this.observation,
			jobs: new Map([...jobs].filter(([, job]) => isInTurn(job))),
		};
	}

	/** In a list that grows at its end, the place where it ended last time is the edge. */
	private async atKnownEnd(limit: number): Promise<boolean> {
		if (this.state?.order !== 'oldest') return false;
		const start = Math.max(0, this.state.total + this.limits.newEdgeRows - limit);
		let { rows, total } = await this.list().page(start, limit);
		let from = start;
		for (let pages = 0; isSorted(rows, 1); pages++) {
			const [first] = rows;
			const last = rows.at(-1);
			if (first === undefined || last === undefined) return false;
			const end = from + rows.length;
			if (end >= total && createdAt(first) <= this.floor) {
				this.see(rows);
				this.depth = total - from;
				Object.assign(this.observation, { order: 'oldest', total });
				return true;
			}
			if (pages === EDGE_PAGES) return false;

			// Pages share a row, which shows that nothing is between them.
			const isForward = end < total;
			const offset = isForward ? end - 1 : Math.max(0, from + 1 - this.limits.pageRows);
			const page = await this.list().page(offset, this.limits.pageRows);
			const shared = page.rows.findIndex(({ id }) => id === (isForward ? last : first).id);
			if (shared === -1) return false;
			rows = isForward
				? [...rows, ...page.rows.slice(shared + 1)]
				: [...page.rows.slice(0, shared), ...rows];
			if (!isForward) from -= shared;
			total = page.total;
		}
		return false;
	}

	/** From the newest job towards older ones, until one that an earlier look has seen. */
	private async downFrom(head: Job[], total: number): Promise<void> {
		const rows = [...head];
		this.depth = head.length;
		for (let pages = 0; rows.every((job) => createdAt(job) > this.floor); pages++) {
			const offset = Math.max(0, this.depth - 1);
			const isFar = pages === EDGE_PAGES;
			const page = isFar ? undefined : await this.list().page(offset, this.limits.pageRows);
			// Pages share a row, which shows that nothing is between them.
			const shared = page?.rows.findIndex(({ id }) => id === rows.at(-1)?.id) ?? -1;
			if (page === undefined || shared === -1) {
				await this.upFromFloor('newest', total, this.limits.pageRows);
				return;
			}
			rows.push(...page.rows.slice(shared + 1));
			this.depth = offset + page.rows.length;
			if (this.depth >= page.total) break;
		}
		this.see(rows);
	}

	/** From the oldest job that no look has seen towards newer ones: what is left keeps its order. */
	private async upFromFloor(
		order: 'newest' | 'oldest',
		total: number,
		pageSize: number,
	): Promise<void> {
		if (this.state === undefined) {
			this.see((await this.list().page(Math.max(0, total - pageSize), pageSize)).rows);
			return;
		}
		const chronology = new Chronology(this.list(), order, total, pageSize);
		for await (const { rows, left } of chronology.from(this.floor)) {
			this.see(rows);
			this.reached = Math.max(this.reached, ...rows.map(createdAt));
			this.observation.left = left;
			// Each poll gets beyond one moment at least, however many jobs were created in it.
			if (!this.hasTime() && this.reached > this.floor + 1) return;
		}
	}

	/** Ended jobs on the pages next to the edge, as long as a page resolves several at once. */
	private async endedNearEdge(): Promise<void> {
		const { order, total, left } = this.observation;
		if (order !== 'newest' && order !== 'oldest') return;
		for (let page = 0; page < EDGE_PAGES && left === 0 && this.hasTime(); page++) {
			const before = this.unresolved().length;
			if (before <= 1) return;
			const offset =
				order === 'newest' ? this.depth - 1 : total - this.depth + 1 - this.limits.pageRows;
			const { rows } = await this.list().page(Math.max(0, offset), this.limits.pageRows);
			this.see(rows);
			this.depth += Math.max(0, rows.length - 1);
			if (rows.length <= 1 || before - this.unresolved().length < FEW) return;
		}
	}

	/**
	 * Ended jobs by pages of the whole list, from the oldest of them up, while a page resolves many.
	 * Returns whether one did.
	 */
	private async endedFromOldest(): Promise<boolean> {
		const { order, total } = this.observation;
		const [oldest] = this.unresolved();
		if (oldest === undefined || (order !== 'newest' && order !== 'oldest')) return false;
		const created = this.state?.active[oldest]?.[3] ?? 0;
		const chronology = new Chronology(this.list(), order, total, this.limits.pageRows);
		const atFirst = this.unresolved().length;
		let before = atFirst;
		for await (const { rows } of chronology.from(created - 1)) {
			this.see(rows.filter((job) => this.isTracked(job.id)));
			const after = this.unresolved().length;
			if (before - after < FEW || !this.hasTime()) break;
			before = after;
		}
		return before < atFirst;
	}

	/** In a list without order, more rows than can be explained are looked for by one whole walk. */
	private countOwed(total: number): void {
		if (this.state === undefined) return;
		// Later than the last look, that is: others may be counted in its total.
		const appeared = [...this.observation.jobs.values()].filter(
			(job) => isActive(job) && createdAt(job) > this.floor + LATENESS_MS,
		).length;
		if (total > this.state.total + appeared) this.observation.sweep.owed = total;
	}

	private async lookAt(jobId: string): Promise<void> {
		const job = await this.source.get(jobId);
		if (job === undefined) this.observation.gone.add(jobId);
		else this.see([job]);
	}

	/** A list whose replies also tell the service's time. */
	private list(status?: string): List<Job> {
		const list = this.source.list(status);
		return {
			...list,
			page: async (offset, limit) => {
				const page = await list.page(offset, limit);
				this.observation.now = Math.max(this.observation.now, page.at);
				return page;
			},
		};
	}

	/** Keeps the newest row of each job; of two equally old ones, the one read later. */
	private see(rows: Job[]): void {
		for (const row of rows) {
			// Rows may carry times ahead of the clock in the reply's header.
			this.observation.now = Math.max(this.observation.now, latestTime(row));
			this.newest = Math.max(this.newest, createdAt(row));
			const known = this.observation.jobs.get(row.id);
			if (known === undefined || time(row.updated_at) >= time(known.updated_at)) {
				this.observation.jobs.set(row.id, row);
			}
		}
	}

	private isTracked(jobId: string): boolean {
		return this.state?.active[jobId] !== undefined;
	}

	/** Tracked jobs that no request of this look has shown, those created first in front. */
	private unresolved(): string[] {
		const { jobs, gone } = this.observation;
		const active = this.state?.active ?? {};
		return Object.keys(active)
			.filter((id) => !jobs.has(id) && !gone.has(id))
			.sort((a, b) => (active[a]?.[3] ?? 0) - (active[b]?.[3] ?? 0));
	}
}

/** When a job last changed, epoch ms. */
const latestTime = (job: Job): number => Math.max(createdAt(job), time(job.updated_at));

/** Waits for all, also when one fails: a poll that has ended must not go on asking. */
async function allOf(requests: Array<Promise<void>>): Promise<void> {
	const failed = (await Promise.allSettled(requests)).find(({ status }) => status === 'rejected');
	if (failed !== undefined) throw (failed as PromiseRejectedResult).reason;
}

function chunks<T>(values: T[], size: number): T[][] {
	return Array.from({ length: Math.ceil(values.length / size) }, (_, i) =>
		values.slice(i * size, (i + 1) * size),
	);
}
