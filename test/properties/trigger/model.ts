import type { INode } from 'n8n-workflow';

import type { List } from '../../../nodes/ArchetypeAi/api/pages';
import type { Job } from '../../../nodes/ArchetypeAi/api/schemas';
import { EVENT_STATUS, provenEvents } from '../../../nodes/ArchetypeAi/trigger/events';
import type { EventName } from '../../../nodes/ArchetypeAi/trigger/events';
import type { JobSource } from '../../../nodes/ArchetypeAi/trigger/source';

export type ListOrder = 'newest' | 'oldest' | 'random';

export interface ServiceOptions {
	order: ListOrder;
	/** Rows of a page at most, whatever is asked for. */
	clamp: number;
	/** Whether a retry leaves the old `failed_at` and `cancelled_at` in the row. */
	keepsStamps: boolean;
	/** Ms until some changes are seen in lists and by id, though the timestamp is that of the change. */
	lagMs: number;
	/** Timestamps are multiples of so many ms: whole seconds give many jobs the same one. */
	stampMs: number;
	/** Rows of a list that are shown, though all are counted. */
	shown?: number;
}

const NODE = { name: 'Archetype AI Trigger', type: 'archetypeAiTrigger' } as INode;

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
	/** Of these, by a job's id. */
	gets = 0;
	/** Whether requests by id do not find what they found until now; each job is hidden once. */
	misses = false;
	private readonly missed = new Set<string>();
	/** Runs before each request, with the number of the request since the poll began. */
	beforeRequest: (index: number) => void = () => {};
	/** Versions of each job, the latest last, in order of creation. */
	private readonly jobs = new Map<string, Version[]>();
	/** Changes that may be told or not: a run that goes on after a preemption, and what nothing proves. */
	readonly again = new Set<string>();
	private readonly dueIds = new Set<string>();
	/** Runs, as job and retry count, that were preempted: starting and being admitted again is no change. */
	private readonly preempted = new Set<string>();
	private created = 0;
	private changes = 0;
	/** Each job as it shows, in order of creation, until something happens. */
	private shown: Job[] | undefined;

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

	/** A job that starts and ends at once; returns its id. */
	comeAndGo(random: number): string {
		const id = this.create(random);
		this.start(id);
		this.complete(id);
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
		this.shown = undefined;
	}

	deleteNewest(count: number): void {
		for (const id of [...this.jobs.keys()].reverse().slice(0, count)) this.delete(id);
	}

	/** All that are active end in one way or another. */
	endAll(): void {
		for (const [place, id] of [...this.jobs.keys()].entries()) {
			this.start(id);
			if (place % 3 === 0) this.fail(id);
			else this.complete(id);
		}
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
			about: { node: NODE, path: '/batch/jobs' },
			page: (offset, limit) => {
				request();
				const { clamp } = this.options;
				const rows = this.sorted().filter((job) => status === undefined || job.status === status);
				return Promise.resolve({
					total: rows.length,
					rows: rows.slice(0, this.options.shown).slice(offset, offset + Math.min(limit, clamp)),
					// Like an HTTP Date header: whole seconds.
					at: Math.floor(this.now / 1000) * 1000,
				});
			},
		});
		return {
			list,
			get: (id) => {
				this.gets++;
				request();
				const isMissed = this.misses && !this.missed.has(id);
				if (isMissed) this.missed.add(id);
				return Promise.resolve(isMissed ? undefined : this.visible().find((job) => job.id === id));
			},
		};
	}

	private sorted(): Job[] {
		const rows = this.visible();
		if (this.options.order === 'oldest') return rows;
		if (this.options.order === 'newest') return [...rows].reverse();
		return [...rows].sort((a, b) => compare(a.id, b.id));
	}

	/** Each job as it shows by now, in order of creation; those of the same moment by id. */
	private visible(): Job[] {
		if (this.shown !== undefined) return this.shown;
		const rows = [...this.jobs.values()].flatMap((versions) => {
			const shown = versions.filter(({ from }) => from <= this.now).at(-1);
			return shown === undefined ? [] : [shown.job];
		});
		rows.sort((a, b) => compare(a.created_at, b.created_at) || compare(a.id, b.id));
		// Late changes show by themselves.
		if (this.options.lagMs === 0) this.shown = rows;
		return rows;
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
		const run = `${id}:${job.retry_count}`;
		if (event === 'preempted') this.preempted.add(run);
		const goesOn = this.preempted.has(run) && (event === 'started' || event === 'admitted');
		this.keep(
			{ ...job, status, updated_at: at, ...(stamp && { [stamp]: at }), ...more },
			event,
			goesOn,
		);
	}

	/** `goesOn`: after a preemption, which is not another start of the run. */
	private keep(job: Job, event: EventName, goesOn = false): void {
		const isLate = this.changes++ % 3 > 0;
		const from = this.now + (isLate ? this.options.lagMs : 0);
		this.jobs.get(job.id)?.push({ from, job });
		this.shown = undefined;
		const proven = provenEvents(job).find(
			({ name, attempt }) => name === event && attempt === job.retry_count,
		);
		// A start in the same second as the end before is proved by a later change at best.
		const times = event === 'preempted' ? `.${job.preemption_count}` : '';
		const id = `${job.id}:${EVENT_STATUS[event]}:${job.retry_count}${times}`;
		if (proven === undefined || goesOn || this.dueIds.has(id)) {
			this.again.add(id);
			return;
		}
		this.dueIds.add(id);
		this.due.push({ id, name: event });
	}

	/** Every change has a time of its own, which its timestamp may show less exactly. */
	private stamp(): string {
		this.tick(1);
		const { stampMs } = this.options;
		return new Date(Math.floor(this.now / stampMs) * stampMs).toISOString();
	}
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
