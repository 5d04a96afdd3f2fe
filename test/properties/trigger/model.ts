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
	/** Ms until a change is seen in lists and by id, though its timestamp is that of the change. */
	lagMs: number;
}

/** A request that the model was told to fail. */
export class Outage extends Error {}

/** A change that an ideal trigger would report. */
export interface Due {
	id: string;
	name: EventName;
}

interface Version {
	from: number;
	job: Job;
}

/**
 * A model of the service as far as the trigger sees it: jobs, their life, lists in some order, and
 * things that happen between two requests of one poll.
 */
export class ModelService {
	readonly due: Due[] = [];
	now = Date.parse('2026-06-01T00:00:00Z');
	requests = 0;
	/** Runs before each request, with the number of the request since the poll began. */
	beforeRequest: (index: number) => void = () => {};
	/** Versions of each job, the latest last, in order of creation. */
	private readonly jobs = new Map<string, Version[]>();
	/** Changes that happened again under the same id: a run that goes on after a preemption. */
	readonly again = new Set<string>();
	private readonly dueIds = new Set<string>();
	private created = 0;

	constructor(readonly options: ServiceOptions) {}

	get size(): number {
		return this.jobs.size;
	}

	tick(ms: number): void {
		this.now += ms;
	}

	/** The job at a place in the order of creation. */
	idAt(pick: number): string | undefined {
		const ids = [...this.jobs.keys()];
		return ids[pick % Math.max(1, ids.length)];
	}

	/** Returns the new job's id, which is in no order. */
	create(random: number): string {
		const id = `job_${random.toString(36)}_${this.created++}`;
		const at = this.stamp();
		const job = { id, status: 'PENDING', created_at: at, updated_at: at };
		this.jobs.set(id, []);
		this.keep({ ...job, retry_count: 0, preemption_count: 0 }, 'queued');
		return id;
	}

	admit(id: string): void {
		this.change(id, 'admitted', ['PENDING', 'PREEMPTED'], 'ADMITTED');
	}

	start(id: string): void {
		this.change(id, 'started', ['PENDING', 'ADMITTED', 'PREEMPTED'], 'RUNNING', 'started_at');
	}

	preempt(id: string): void {
		const count = (this.latest(id)?.preemption_count ?? 0) + 1;
		this.change(id, 'preempted', ['RUNNING'], 'PREEMPTED', undefined, { preemption_count: count });
	}

	complete(id: string): void {
		this.change(id, 'completed', ['RUNNING'], 'COMPLETED', 'completed_at');
	}

	fail(id: string): void {
		this.change(id, 'failed', ['RUNNING'], 'FAILED', 'failed_at');
	}

	cancel(id: string): void {
		const active = ['PENDING', 'ADMITTED', 'RUNNING', 'PREEMPTED'];
		this.change(id, 'cancelled', active, 'CANCELLED', 'cancelled_at');
	}

	retry(id: string): void {
		const cleared = this.options.keepsStamps ? {} : { failed_at: null, cancelled_at: null };
		const retries = (this.latest(id)?.retry_count ?? 0) + 1;
		this.change(id, 'queued', ['FAILED', 'CANCELLED'], 'PENDING', undefined, {
			...cleared,
			retry_count: retries,
		});
	}

	delete(id: string): void {
		this.jobs.delete(id);
	}

	/** The events that the rows prove at the end, as event ids. */
	proven(): Set<string> {
		return new Set(this.visible().flatMap((job) => provenEvents(job).map(({ id }) => id)));
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
				return Promise.resolve({
					total: rows.length,
					rows: rows.slice(offset, offset + Math.min(limit, this.options.clamp)),
					// Like an HTTP Date header: whole seconds.
					at: Math.floor(this.now / 1000) * 1000,
				});
			},
		});
		return {
			list,
			get: (id) => {
				request();
				return Promise.resolve(this.visible().find((job) => job.id === id));
			},
		};
	}

	private sorted(): Job[] {
		const rows = this.visible();
		if (this.options.order === 'oldest') return rows;
		if (this.options.order === 'newest') return rows.reverse();
		return rows.sort((a, b) => (a.id < b.id ? -1 : 1));
	}

	/** Each job as it shows by now. */
	private visible(): Job[] {
		return [...this.jobs.values()].flatMap((versions) => {
			const shown = versions.filter(({ from }) => from <= this.now).at(-1);
			return shown === undefined ? [] : [{ ...shown.job }];
		});
	}

	private latest(id: string): Job | undefined {
		return this.jobs.get(id)?.at(-1)?.job;
	}

	private change(
		id: string,
		event: EventName,
		from: string[],
		status: string,
		stamp?: string,
		more: Partial<Job> = {},
	): void {
		const job = this.latest(id);
		if (!job || !from.includes(job.status)) return;
		const at = this.stamp();
		this.keep({ ...job, status, updated_at: at, ...(stamp && { [stamp]: at }), ...more }, event);
	}

	private keep(job: Job, event: EventName): void {
		this.jobs.get(job.id)?.push({ from: this.now + this.options.lagMs, job });
		const id = provenEvents(job).find(
			({ name, attempt }) => name === event && attempt === job.retry_count,
		)?.id;
		// Going on after a preemption is not another start of the run.
		if (id === undefined) return;
		if (this.dueIds.has(id)) {
			this.again.add(id);
			return;
		}
		this.dueIds.add(id);
		this.due.push({ id, name: event });
	}

	/** Every change has a time of its own. */
	private stamp(): string {
		this.tick(1);
		return new Date(this.now).toISOString();
	}
}
