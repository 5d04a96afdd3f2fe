import type { Sandbox } from '../../sandbox';

const ENDS = ['COMPLETED', 'FAILED', 'CANCELLED'] as const;
const HAPPENS_EVERY_MS = 400;
const FEWEST_RUNNING = 5;

interface LivingJob {
	id: string;
	retries: number;
}

/**
 * Jobs of a sandbox that keep being created, ended, created and ended at once, and retried; and the
 * events that a trigger for their ends owes.
 */
export class Life {
	/** Event IDs of the ends that the service's rows show. */
	readonly due = new Set<string>();
	/** Those since wiped from the rows by a retry: whether they were emitted depends on timing. */
	readonly wiped = new Set<string>();
	private readonly running: LivingJob[] = [];
	private readonly failed: LivingJob[] = [];
	private timer?: NodeJS.Timeout;
	private retrying: Promise<void> = Promise.resolve();

	constructor(
		private readonly sandbox: Sandbox,
		private readonly random: () => number,
	) {}

	begin(): void {
		this.timer = setInterval(() => this.happen(), HAPPENS_EVERY_MS);
	}

	/** Nothing more happens once this resolves. */
	async stop(): Promise<void> {
		clearInterval(this.timer);
		await this.retrying;
	}

	private happen(): void {
		const chance = this.random();
		const retried = chance < 0.1 && this.failed.shift();
		if (retried) this.retrying = this.retry(retried);
		else if (chance < 0.25) this.end(this.create());
		else if (chance < 0.6 || this.running.length < FEWEST_RUNNING) this.running.push(this.create());
		else this.end(...this.running.splice(this.random() * this.running.length, 1));
	}

	private create(): LivingJob {
		const [id = ''] = this.sandbox.steer.seed({ status: 'RUNNING' }).ids;
		return { id, retries: 0 };
	}

	private end(job?: LivingJob): void {
		if (job === undefined) return;
		const status = ENDS[Math.floor(this.random() * ENDS.length)]!;
		this.sandbox.steer.setJobStatus(job.id, { status });
		this.due.add(eventId(job, status));
		if (status === 'FAILED') this.failed.push(job);
	}

	private async retry({ id, retries }: LivingJob): Promise<void> {
		const { url, apiKey } = this.sandbox;
		const headers = { authorization: `Bearer ${apiKey}` };
		const reply = await fetch(`${url}/batch/jobs/${id}/retry`, { method: 'POST', headers });
		if (!reply.ok) throw new Error(`A retry was answered with HTTP ${reply.status}`);
		const wiped = eventId({ id, retries }, 'FAILED');
		this.due.delete(wiped);
		this.wiped.add(wiped);
		this.running.push({ id, retries: retries + 1 });
	}
}

const eventId = ({ id, retries }: LivingJob, status: string): string =>
	`${id}:${status}:${retries}`;
