import type { Job } from '../../api/jobs';
import { keepNewest } from '../decide/observation';
import type { JobPage, JobSource } from '../source';

/** Where evidence is gathered; each place fails on its own. */
export type PlaceName = 'active jobs' | 'edge' | 'jobs by ID' | 'sweep';

/** The host's clock, epoch ms. */
export interface Clock {
	now: () => number;
	/** Resolves at a time, or earlier when the look is over. */
	until: (time: number) => Promise<void>;
}

/** When a look may make requests, epoch ms by the host's clock. */
export interface Times {
	begin: number;
	/** When every request has ended, whatever the service does. */
	deadline: number;
}

/**
 * Shares of the time: after `begin`, a place starts no request that it can leave to the next look;
 * after `end`, the look no longer waits for it.
 */
const SHARES: Record<PlaceName, { begin: number; end: number }> = {
	'active jobs': { begin: 0.35, end: 0.4 },
	edge: { begin: 0.6, end: 0.8 },
	'jobs by ID': { begin: 0.75, end: 0.95 },
	sweep: { begin: 0.75, end: 0.95 },
};
/** How many times longer than the first of several replies the others may take; and at least, ms. */
const PATIENCE = 4;
const LEAST_PATIENCE_MS = 5_000;

/** The service did not answer in the time of a look, or of a place. */
export class NoAnswer extends Error {
	constructor() {
		super('no answer came in time');
	}
}

/** Rows of the list of one status, or of all jobs. */
export interface PageRequest {
	status?: string;
	offset: number;
	limit: number;
}

/**
 * The requests of one look: a limited number, in limited time, each failing on its own. All rows that
 * arrive are kept, the newest of each job, whoever requested them.
 */
export class Requests {
	readonly rows = new Map<string, Job>();
	/** What went wrong, by place. */
	readonly failures = new Map<PlaceName, unknown>();
	/** What is wrong with malformed rows. */
	readonly malformed = new Set<string>();
	/** The service's clock, epoch ms. */
	at = 0;
	org = '';
	/** How long the latest reply took, ms. */
	private latencyMs = 0;
	/** Replies with a result. */
	replies = 0;
	private readonly pending = new Set<Promise<unknown>>();
	private isOver = false;
	private readonly expired: Promise<void>;

	constructor(
		private readonly source: JobSource,
		readonly clock: Clock,
		readonly times: Times,
		/** Requests that may still start. */
		public left: number,
	) {
		this.expired = clock.until(times.deadline);
	}

	private share(part: number): number {
		const { begin, deadline } = this.times;
		return begin + (deadline - begin) * part;
	}

	/** Whether a place may start another request; a needed one may as long as it can finish. */
	hasTime(place: PlaceName, isNeeded = false): boolean {
		const { begin, end } = SHARES[place];
		const now = this.clock.now();
		const mayEnd = now + this.latencyMs < this.share(end);
		return this.left > 0 && mayEnd && (isNeeded || now < this.share(begin));
	}

	/**
	 * Whether the last places might never get a reply: one takes longer than the time left for them, or
	 * some never came.
	 */
	get isSlow(): boolean {
		const lastPart = SHARES.sweep.end - SHARES.edge.end;
		const { begin, deadline } = this.times;
		return this.pending.size > 0 || this.latencyMs > (deadline - begin) * lastPart;
	}

	/** Whether one more request leaves time for one of that place. */
	leavesTimeFor(place: PlaceName): boolean {
		return this.clock.now() + 2 * this.latencyMs < this.share(SHARES[place].end);
	}

	/**
	 * A page of jobs, of one status or of all; undefined when it did not arrive in the time of its place.
	 * A reply after that, but in time for the look, counts as well.
	 */
	async page(
		place: PlaceName,
		{ status, offset, limit }: PageRequest,
	): Promise<JobPage | undefined> {
		return await this.ask(place, async () => {
			const page = await this.source.page(status, Math.max(0, offset), limit);
			if (this.isOver) return page;
			this.at = Math.max(this.at, page.at);
			for (const problem of page.malformed) this.malformed.add(problem);
			this.keep(page.rows);
			return page;
		});
	}

	/**
	 * Replies to requests of one place that were sent together; undefined for those that take far longer
	 * than the first, so that a hanging list does not hold up the others. Late rows still count.
	 */
	async together<Reply>(
		place: PlaceName,
		replies: Array<Promise<Reply>>,
	): Promise<Array<Reply | undefined>> {
		const begin = this.clock.now();
		await Promise.race(replies);
		const now = this.clock.now();
		const patience = Math.max(LEAST_PATIENCE_MS, (now - begin) * PATIENCE);
		const impatience = this.clock.until(now + patience).then(() => undefined);
		return await Promise.all(
			replies.map(async (reply) => {
				let isIn = false;
				const marked = reply.then((value) => ((isIn = true), value));
				const first = await Promise.race([marked, impatience]);
				if (!isIn) this.fail(place, new NoAnswer());
				return first;
			}),
		);
	}

	/** A job by ID; null when the service says that it does not exist, undefined without an answer. */
	async job(jobId: string): Promise<Job | null | undefined> {
		return await this.ask('jobs by ID', async () => {
			const job = await this.source.get(jobId);
			if (job !== null && !this.isOver) this.keep([job]);
			return job;
		});
	}

	/** Ends the look: later replies do not count. Waits if nothing has come in yet. */
	async end(): Promise<void> {
		while (this.replies === 0 && this.pending.size > 0) await Promise.race(this.pending);
		this.isOver = true;
	}

	private keep(rows: Job[]): void {
		keepNewest(this.rows, rows);
		if (this.org === '') this.org = orgOf(rows);
	}

	/** The answer, or undefined once the time of its place is up. */
	private async ask<Reply>(
		place: PlaceName,
		send: () => Promise<Reply>,
	): Promise<Reply | undefined> {
		if (this.left <= 0 || this.clock.now() >= this.times.deadline) return undefined;
		this.left--;
		const answer = this.answer(place, send);
		this.pending.add(answer);
		void answer.finally(() => this.pending.delete(answer));
		const late = this.clock.until(this.share(SHARES[place].end)).then(() => {
			if (this.pending.has(answer)) this.fail(place, new NoAnswer());
			return undefined;
		});
		return await Promise.race([answer, late]);
	}

	private async answer<Reply>(
		place: PlaceName,
		send: () => Promise<Reply>,
	): Promise<Reply | undefined> {
		try {
			const late = this.expired.then(() => {
				throw new NoAnswer();
			});
			const begin = this.clock.now();
			const reply = await Promise.race([send(), late]);
			this.latencyMs = this.clock.now() - begin;
			this.replies++;
			return reply;
		} catch (error) {
			this.fail(place, error);
			return undefined;
		}
	}

	private fail(place: PlaceName, error: unknown): void {
		if (!this.isOver && !this.failures.has(place)) this.failures.set(place, error);
	}
}

/** The organization that owns the jobs; '' when no row says so. */
export function orgOf(jobs: Job[]): string {
	const owner = jobs.map(({ org_id }) => org_id).find((id) => typeof id === 'string' && id !== '');
	return (owner as string | undefined) ?? '';
}
