import { readRows } from '../api/pages';
import type { Job } from '../api/schemas';
import { ACTIVE_STATUSES, isActive, time } from './events';
import type { JobSource } from './source';
import type { State } from './state';
import type { Observation } from './watch';

/** Rows of the list's edge in a quiet poll: enough to see new jobs, few enough to stay cheap. */
const EDGE_ROWS = 20;
const SWEEP_ROWS = 40;
const PAGE_ROWS = 100;
/** Rows that each page of the sweep shares with the one before, so that shifts skip nothing. */
const SWEEP_OVERLAP = 4;
/** How late a job may show up in the lists after its own `created_at`, ms. */
const LATENESS_MS = 5 * 60_000;
/** A further page of the list is worth it when it resolves this many ended jobs at once. */
const WORTH_A_PAGE = 10;
const PARALLEL = 4;

/**
 * Looks at the service with as few requests as the watch needs:
 *
 * 1. the lists of active jobs: what runs now;
 * 2. the edge of the whole list, where new jobs appear: jobs that came and went between two looks;
 * 3. tracked jobs that left the active lists, from the edge's pages or by id: what ended;
 * 4. one page of a slow walk through the whole list: what no cheap request can show.
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
): Promise<Observation> {
	const look = new Look(source, state, hasTime);
	await look.atActiveJobs();
	await look.atEdge();
	await look.atEndedJobs();
	await look.bySweep();
	return look.observation;
}

/** Looks at one job only: one request. */
export async function observeOne(
	source: JobSource,
	jobId: string,
	state: State | undefined,
	now: number,
): Promise<Observation> {
	const job = await source.get(jobId);
	return {
		now,
		jobs: new Map(job === undefined ? [] : [[job.id, job]]),
		gone: new Set(job === undefined ? [jobId] : []),
		pending: new Set(),
		createdFloor: state?.createdFloor ?? now,
		total: 0,
		sweep: { offset: 0, owed: 0 },
	};
}

type Order = 'whole' | 'newest' | 'oldest' | 'unknown';

class Look {
	readonly observation: Observation;
	private readonly tracked: string[];
	/** Position behind the last edge page read, where ended jobs are looked for next. */
	private edgeEnd = 0;
	private order: Order = 'unknown';

	constructor(
		private readonly source: JobSource,
		private readonly state: State | undefined,
		private readonly hasTime: () => boolean,
	) {
		this.tracked = Object.keys(state?.active ?? {});
		this.observation = {
			now: 0,
			jobs: new Map(),
			gone: new Set(),
			pending: new Set(),
			createdFloor: state?.createdFloor ?? 0,
			total: state?.total ?? 0,
			sweep: state?.sweep ?? { offset: 0, owed: 0 },
		};
	}

	async atActiveJobs(): Promise<void> {
		for (const status of ACTIVE_STATUSES) {
			for await (const rows of readRows(this.source.list(status))) this.see(rows);
		}
	}

	async atEdge(): Promise<void> {
		const limit = Math.min(PAGE_ROWS, EDGE_ROWS + this.unresolved().length);
		const head = await this.page(0, limit);
		const { now } = this.observation;
		const floor = this.state?.createdFloor ?? now;
		this.order = orderOf(head.rows, head.total);

		let reached = true;
		if (this.order === 'newest') {
			this.edgeEnd = head.rows.length;
			reached = await this.readDown(head.rows, floor);
		} else if (this.order === 'oldest') {
			reached = await this.readUp(head.total, limit, floor);
		} else if (this.order === 'unknown' && this.state !== undefined) {
			this.countOwed(head.total, this.state);
		}
		if (reached) {
			this.observation.createdFloor = Math.max(this.observation.createdFloor, now - LATENESS_MS);
		}
		this.observation.total = head.total;
	}

	async atEndedJobs(): Promise<void> {
		let worthIt = this.order === 'newest';
		while (worthIt && this.unresolved().length > WORTH_A_PAGE && this.hasTime()) {
			const before = this.unresolved().length;
			const { rows } = await this.page(Math.max(0, this.edgeEnd - 1), PAGE_ROWS);
			this.edgeEnd += Math.max(0, rows.length - 1);
			worthIt = rows.length > 1 && before - this.unresolved().length >= WORTH_A_PAGE;
		}

		const left = this.unresolved();
		while (left.length > 0 && this.hasTime()) {
			await Promise.all(left.splice(0, PARALLEL).map((id) => this.lookAt(id)));
		}
		for (const id of left) this.observation.pending.add(id);
	}

	async bySweep(): Promise<void> {
		if (this.order === 'whole' || this.state === undefined) return;
		const { sweep, total } = this.observation;
		do {
			const limit = sweep.owed > 0 ? PAGE_ROWS : SWEEP_ROWS;
			const offset = sweep.offset < total ? sweep.offset : 0;
			const { rows } = await this.page(offset, limit);
			const step = Math.max(1, rows.length - SWEEP_OVERLAP);
			sweep.offset = rows.length === 0 ? 0 : offset + step;
			sweep.owed = Math.max(0, sweep.owed - step);
		} while (sweep.owed > 0 && this.hasTime());
	}

	/** From the head towards older jobs, until one that an earlier look has seen. */
	private async readDown(head: Job[], floor: number): Promise<boolean> {
		let rows = head;
		while (rows.length > 0 && rows.every((job) => edgeTime(job) > floor)) {
			if (!this.hasTime()) return false;
			({ rows } = await this.page(this.edgeEnd - 1, PAGE_ROWS));
			if (rows.length <= 1) return true;
			this.edgeEnd += rows.length - 1;
		}
		return true;
	}

	/** From the tail towards older jobs, where the list is the other way round. */
	private async readUp(total: number, limit: number, floor: number): Promise<boolean> {
		let size = limit;
		for (let end = total; end > 0; size = PAGE_ROWS) {
			if (!this.hasTime()) return false;
			const offset = Math.max(0, end - size);
			const { rows } = await this.page(offset, size);
			if (rows.some((job) => edgeTime(job) <= floor)) return true;
			end = offset === 0 ? 0 : offset + 1;
		}
		return true;
	}

	/** In a list without order, more rows than can be explained are looked for by one whole walk. */
	private countOwed(total: number, state: State): void {
		const appeared = [...this.observation.jobs.values()].filter(
			(job) => isActive(job) && state.active[job.id] === undefined,
		).length;
		if (total > state.total + appeared) this.observation.sweep.owed = total;
	}

	private async lookAt(jobId: string): Promise<void> {
		const job = await this.source.get(jobId);
		if (job === undefined) this.observation.gone.add(jobId);
		else this.see([job]);
	}

	private async page(offset: number, limit: number): Promise<{ rows: Job[]; total: number }> {
		const page = await this.source.list().page(offset, limit);
		this.see(page.rows);
		this.observation.now = Math.max(this.observation.now, page.at);
		return page;
	}

	/** Keeps the newest row of each job; of two equally old ones, the one read later. */
	private see(rows: Job[]): void {
		for (const row of rows) {
			const known = this.observation.jobs.get(row.id);
			if (known === undefined || time(row.updated_at) >= time(known.updated_at)) {
				this.observation.jobs.set(row.id, row);
			}
		}
	}

	private unresolved(): string[] {
		const { jobs, gone } = this.observation;
		return this.tracked.filter((id) => !jobs.has(id) && !gone.has(id));
	}
}

const edgeTime = (job: Job): number => time(job.created_at);

function orderOf(rows: Job[], total: number): Order {
	if (rows.length >= total) return 'whole';
	const times = rows.map(edgeTime);
	const sorted = (sign: number) =>
		times.every((at, i) => i === 0 || sign * (at - times[i - 1]!) >= 0);
	if (sorted(-1)) return 'newest';
	return sorted(1) ? 'oldest' : 'unknown';
}
