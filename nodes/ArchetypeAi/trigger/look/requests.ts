import type { Job } from '../../api/jobs';
import { keepNewest } from '../decide/observation';
import type { JobPage, JobSource } from '../source';

/** Where evidence is gathered: each fails at its own cost only. */
export type PlaceName = 'active jobs' | 'edge' | 'jobs by ID' | 'sweep';

/** The host's clock, epoch ms. */
export interface Clock {
	now: () => number;
	/** Resolves at a time, or earlier when the look is over. */
	until: (time: number) => Promise<void>;
}

/** From when to when a look may ask, epoch ms by the host's clock. */
export interface Times {
	begin: number;
	/** Each request has ended by then, whatever the service does. */
	deadline: number;
}

/**
 * Parts of the time: after the first one a place begins no request that it can leave to the next look,
 * after the second one it is waited for no longer.
 */
const SHARES: Record<PlaceName, { begin: number; end: number }> = {
	'active jobs': { begin: 0.35, end: 0.4 },
	edge: { begin: 0.6, end: 0.8 },
	'jobs by ID': { begin: 0.75, end: 0.95 },
	sweep: { begin: 0.75, end: 0.95 },
};
/** How much longer than the first of several replies the others may take, and at least, ms. */
const PATIENCE = 4;
const LEAST_PATIENCE_MS = 5_000;

/** The service has not answered in the time of a look, or of a place. */
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
 * The requests of one look: as many as it may make, in its time, one failing apart from the others.
 * All rows that come in are kept, the newest of each job, whoever asked for them.
 */
export class Requests {
	readonly rows = new Map<string, Job>();
	/** What went wrong, by place. */
	readonly failures = new Map<PlaceName, unknown>();
	/** What is wrong with rows that cannot be used. */
	readonly malformed = new Set<string>();
	/** The service's clock, epoch ms. */
	at = 0;
	org = '';
	/** How long the latest reply took, ms. */
	private latencyMs = 0;
	/** Replies that brought something. */
	replies = 0;
	private readonly pending = new Set<Promise<unknown>>();
	private isOver = false;
	private readonly expired: Promise<void>;

	constructor(
		private readonly source: JobSource,
		readonly clock: Clock,
		readonly times: Times,
		/** Requests that may still begin. */
		public left: number,
	) {
		this.expired = clock.until(times.deadline);
	}

	private share(part: number): number {
		const { begin, deadline } = this.times;
		return begin + (deadline - begin) * part;
	}

	/** Whether another request of a place may begin; one that is needed may as long as it can end. */
	hasTime(place: PlaceName, isNeeded = false): boolean {
		const { begin, end } = SHARES[place];
		const now = this.clock.now();
		const mayEnd = now + this.latencyMs < this.share(end);
		return this.left > 0 && mayEnd && (isNeeded || now < this.share(begin));
	}

	/**
	 * Whether the places that come last might never get a reply: one takes longer than what is left of
	 * the time for them, or some never came.
	 */
	get isSlow(): boolean {
		const lastPart = SHARES.sweep.end - SHARES.edge.end;
		const { begin, deadline } = this.times;
		return this.pending.size > 0 || this.latencyMs > (deadline - begin) * lastPart;
	}

	/** Whether a request more leaves time for one of that place. */
	leavesTimeFor(place: PlaceName): boolean {
		return this.clock.now() + 2 * this.latencyMs < this.share(SHARES[place].end);
	}

	/**
	 * A page of jobs, of one status or of all; undefined when it could not be had in the time of its
	 * place. What comes later than that, but in time for the look, counts as well.
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
	 * than the first one, so that a list that hangs does not hold up the others. What they bring counts.
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

	/** A job by ID; null when the service says that it does not have it, undefined without an answer. */
	async job(jobId: string): Promise<Job | null | undefined> {
		return await this.ask('jobs by ID', async () => {
			const job = await this.source.get(jobId);
			if (job !== null && !this.isOver) this.keep([job]);
			return job;
		});
	}

	/** Ends the look: what comes in from now on counts no more. Waits if nothing has come in yet. */
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

/** Whose jobs they are; '' when no row says so. */
export function orgOf(jobs: Job[]): string {
	const owner = jobs.map(({ org_id }) => org_id).find((id) => typeof id === 'string' && id !== '');
	return (owner as string | undefined) ?? '';
}
