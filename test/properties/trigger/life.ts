/**
 * Jobs and what happens to them, written from the vendor's docs and docs/trigger.md alone: nothing
 * here imports the trigger.
 */
export type Status = string;

export const ENDS = ['COMPLETED', 'FAILED', 'CANCELLED'];
const NAMES: Record<string, string> = {
	PENDING: 'queued',
	ADMITTED: 'admitted',
	RUNNING: 'started',
	PREEMPTED: 'preempted',
	COMPLETED: 'completed',
	FAILED: 'failed',
	CANCELLED: 'cancelled',
};

/** A row as the service sends it. */
export interface Row {
	id: string;
	org_id: string;
	status: Status;
	retry_count: number;
	preemption_count: number;
	created_at: string;
	updated_at: string;
	started_at: string | null;
	completed_at: string | null;
	failed_at: string | null;
	cancelled_at: string | null;
	[other: string]: unknown;
}

/** A change that happened. */
export interface Change {
	eventId: string;
	/** As the user selects it; undefined for a status without an event. */
	name: string | undefined;
	jobId: string;
	attempt: number;
	/** In true time, epoch ms. */
	at: number;
}

export interface LifeOptions {
	/** Whether a retry leaves the old `failed_at` and `cancelled_at` in the row. */
	keepsStamps: boolean;
	/** Whether a retry leaves the old `started_at`. */
	keepsStart: boolean;
	/** Timestamps are multiples of this many ms. */
	stampMs: number;
	/** Whether timestamps have no zone, in all rows or in every other one. */
	noZone: boolean | 'some';
}

interface Version {
	from: number;
	row: Row;
}

interface Life {
	versions: Version[];
	/** How far the clock of this job's rows is ahead, ms. */
	skewMs: number;
	isMalformed: boolean;
	passedUnknown: boolean;
}

/** All jobs of a service, in true time. */
export class Jobs {
	readonly changes: Change[] = [];
	readonly lives = new Map<string, Life>();
	/** Changes whenever any row may look different. */
	version = 0;
	/** How late the next changes become visible, ms. */
	lagMs = 0;
	/** When the last change becomes visible, epoch ms. */
	shownAt = 0;
	private readonly stamped = new Map<string, number>();
	private created = 0;
	private ticks = 0;

	constructor(
		readonly options: LifeOptions,
		private readonly now: () => number,
	) {}

	ids(): string[] {
		return [...this.lives.keys()];
	}

	create(random: number, skewMs = 0): string {
		const id = `job_${(random % 46_656).toString(36)}_${this.created++}`;
		this.lives.set(id, { versions: [], skewMs, isMalformed: false, passedUnknown: false });
		const at = this.stamp(id, skewMs);
		const stamps = { started_at: null, completed_at: null, failed_at: null, cancelled_at: null };
		const row = {
			...{ id, org_id: 'org_1', status: 'PENDING', retry_count: 0, preemption_count: 0 },
			...{ created_at: at, updated_at: at, ...stamps },
		};
		this.keep(row);
		return id;
	}

	move(id: string, status: Status): void {
		const row = this.latest(id);
		const life = this.lives.get(id);
		if (row === undefined || life === undefined || !mayMove(row.status, status)) return;
		const at = this.stamp(id, life.skewMs);
		const next: Row = { ...row, status, updated_at: at };
		if (status === 'RUNNING') next.started_at = at;
		if (status === 'PREEMPTED') next.preemption_count++;
		if (status === 'COMPLETED') next.completed_at = at;
		if (status === 'FAILED') next.failed_at = at;
		if (status === 'CANCELLED') next.cancelled_at = at;
		if (NAMES[status] === undefined) life.passedUnknown = true;
		this.keep(next);
	}

	retry(id: string): void {
		const row = this.latest(id);
		const life = this.lives.get(id);
		if (life === undefined || (row?.status !== 'FAILED' && row?.status !== 'CANCELLED')) return;
		const { keepsStamps, keepsStart } = this.options;
		this.keep({
			...row,
			...{ status: 'PENDING', retry_count: row.retry_count + 1 },
			updated_at: this.stamp(id, life.skewMs),
			...(!keepsStamps && { failed_at: null, cancelled_at: null }),
			...(!keepsStart && { started_at: null }),
		});
	}

	delete(id: string): void {
		this.lives.delete(id);
		this.version++;
	}

	/** The row as currently visible; undefined before it is visible at all. */
	shown(id: string): Row | undefined {
		const now = this.now();
		const versions = this.lives.get(id)?.versions ?? [];
		let at = versions.length - 1;
		while (at >= 0 && versions[at]!.from > now) at--;
		return versions[at]?.row;
	}

	latest(id: string): Row | undefined {
		return this.lives.get(id)?.versions.at(-1)?.row;
	}

	private keep(row: Row): void {
		const life = this.lives.get(row.id);
		if (life === undefined) return;
		const from = this.now() + this.lagMs;
		this.shownAt = Math.max(this.shownAt, from);
		life.versions.push({ from, row });
		const { id, status, retry_count: attempt, preemption_count } = row;
		const times = status === 'PREEMPTED' ? `.${preemption_count}` : '';
		const eventId = `${id}:${status}:${attempt}${times}`;
		this.version++;
		const name = NAMES[status];
		this.changes.push({ eventId, name, jobId: id, attempt, at: this.now() });
	}

	/**
	 * Every change has a distinct time, which its timestamp may show less precisely; those of one job
	 * never go backwards.
	 */
	private stamp(id: string, skewMs: number): string {
		this.ticks++;
		const { stampMs, noZone } = this.options;
		const at = Math.max(this.now() + skewMs + (this.ticks % 50), this.stamped.get(id) ?? 0);
		this.stamped.set(id, at);
		const text = new Date(Math.floor(at / stampMs) * stampMs).toISOString();
		const hasNone = noZone === 'some' ? id.length % 2 === 0 : noZone;
		return hasNone ? text.slice(0, -1) : text;
	}
}

const UNKNOWN = ['CANCELLING', 'PAUSED'];
const NEXT: Record<string, string[]> = {
	PENDING: ['ADMITTED', 'RUNNING', 'CANCELLED', ...UNKNOWN],
	ADMITTED: ['RUNNING', 'CANCELLED', 'FAILED', ...UNKNOWN],
	RUNNING: ['PREEMPTED', 'COMPLETED', 'FAILED', 'CANCELLED', ...UNKNOWN],
	PREEMPTED: ['ADMITTED', 'RUNNING', 'CANCELLED'],
	CANCELLING: ['CANCELLED', 'FAILED'],
	PAUSED: ['RUNNING', 'CANCELLED'],
};
const mayMove = (from: string, to: string): boolean => NEXT[from]?.includes(to) ?? false;
