import type { List } from '../../../nodes/ArchetypeAi/api/pages';
import type { Job } from '../../../nodes/ArchetypeAi/api/schemas';
import { provenEvents } from '../../../nodes/ArchetypeAi/trigger/events';
import type { EventName } from '../../../nodes/ArchetypeAi/trigger/events';
import type { JobSource } from '../../../nodes/ArchetypeAi/trigger/source';

export type ListOrder = 'newest' | 'oldest' | 'random';

export interface ServiceOptions {
	order: ListOrder;
	/** Rows of a page at most, whatever is asked for. */
	clamp: number;
	/** Whether a retry leaves the old `failed_at` and `cancelled_at` in the row. */
	keepsStamps: boolean;
}

/** A request that the model was told to fail. */
export class Outage extends Error {}

/**
 * A model of the service as far as the trigger sees it: jobs, their life, lists in some order, and
 * things that happen between two requests of one poll.
 */
export class ModelService {
	readonly jobs = new Map<string, Job & { rank: number }>();
	/** What an ideal trigger would report: every end of a run, with the job it belongs to. */
	readonly ends: Array<{ jobId: string; id: string; name: EventName; at: number }> = [];
	now = Date.parse('2026-06-01T00:00:00Z');
	requests = 0;
	/** Runs before each request, with the number of the request since the poll began. */
	beforeRequest: (index: number) => void = () => {};
	private created = 0;

	constructor(readonly options: ServiceOptions) {}

	tick(ms: number): void {
		this.now += ms;
	}

	create(random: number): string {
		const id = `job_${(this.created++).toString(36).padStart(4, '0')}${random.toString(36)}`;
		const at = this.stamp();
		const job = { id, status: 'PENDING', retry_count: 0, preemption_count: 0 };
		this.jobs.set(id, { ...job, rank: random, created_at: at, updated_at: at });
		return id;
	}

	start(id: string): void {
		this.change(id, ['PENDING', 'ADMITTED', 'PREEMPTED'], 'RUNNING', 'started_at');
	}

	admit(id: string): void {
		this.change(id, ['PENDING', 'PREEMPTED'], 'ADMITTED');
	}

	preempt(id: string): void {
		const job = this.change(id, ['RUNNING'], 'PREEMPTED');
		if (job) job.preemption_count = (job.preemption_count ?? 0) + 1;
	}

	complete(id: string): void {
		this.end(id, ['RUNNING'], 'COMPLETED', 'completed_at');
	}

	fail(id: string): void {
		this.end(id, ['RUNNING'], 'FAILED', 'failed_at');
	}

	cancel(id: string): void {
		this.end(id, ['PENDING', 'ADMITTED', 'RUNNING', 'PREEMPTED'], 'CANCELLED', 'cancelled_at');
	}

	retry(id: string): void {
		const job = this.change(id, ['FAILED', 'CANCELLED'], 'PENDING');
		if (!job) return;
		job.retry_count = (job.retry_count ?? 0) + 1;
		if (!this.options.keepsStamps) Object.assign(job, { failed_at: null, cancelled_at: null });
	}

	delete(id: string): void {
		this.jobs.delete(id);
	}

	/** The events that the rows still prove, as event ids. */
	proven(): Set<string> {
		return new Set([...this.jobs.values()].flatMap((job) => provenEvents(job).map(({ id }) => id)));
	}

	source(): JobSource {
		let index = 0;
		const request = () => {
			this.requests++;
			this.beforeRequest(index++);
			this.tick(20);
		};
		const list = (status?: string): List<Job> => ({
			idOf: ({ id }) => id,
			about: { node: undefined as never, path: '/batch/jobs' },
			page: (offset, limit) => {
				request();
				const rows = this.sorted().filter((job) => status === undefined || job.status === status);
				const size = Math.min(limit, this.options.clamp);
				return Promise.resolve({
					total: rows.length,
					rows: rows.slice(offset, offset + size).map((job) => ({ ...job })),
					// Like an HTTP Date header: whole seconds.
					at: Math.floor(this.now / 1000) * 1000,
				});
			},
		});
		return {
			list,
			get: (id) => {
				request();
				const job = this.jobs.get(id);
				return Promise.resolve(job && { ...job });
			},
		};
	}

	private sorted(): Array<Job & { rank: number }> {
		const rows = [...this.jobs.values()];
		if (this.options.order === 'oldest') return rows;
		if (this.options.order === 'newest') return rows.reverse();
		return rows.sort((a, b) => a.rank - b.rank);
	}

	private end(id: string, from: string[], status: string, stamp: string): void {
		const job = this.change(id, from, status, stamp);
		if (!job) return;
		const name = status.toLowerCase() as EventName;
		this.ends.push({ jobId: id, id: `${id}:${status}:${job.retry_count}`, name, at: this.now });
	}

	private change(id: string, from: string[], status: string, stamp?: string): Job | undefined {
		const job = this.jobs.get(id);
		if (!job || !from.includes(job.status)) return undefined;
		const at = this.stamp();
		return Object.assign(job, { status, updated_at: at, ...(stamp && { [stamp]: at }) });
	}

	/** Every change has a time of its own. */
	private stamp(): string {
		this.tick(1);
		return new Date(this.now).toISOString();
	}
}
