import { advance } from '../../../nodes/ArchetypeAi/trigger/advance';
import type { Host } from '../../../nodes/ArchetypeAi/trigger/host';
import { LIMITS } from '../../../nodes/ArchetypeAi/trigger/limits';
import type { Limits } from '../../../nodes/ArchetypeAi/trigger/limits';
import type { JobSource } from '../../../nodes/ArchetypeAi/trigger/source';
import type { ModelService } from './service';

const NOTHING = '{}';
const DURABLE_BUDGET_MS = 36_000;
const CLASSIC_BUDGET_MS = 45_000;

/**
 * What may happen to n8n in a poll: it dies before it has saved the state, between the save and the
 * start of the execution, or after both; it runs the poll twice, the first time in vain; or the
 * workflow is republished meanwhile, and the poll's result no longer counts.
 */
export const ACCIDENTS = {
	classic: ['killed', 'killed between', 'killed after', 'republished'],
	durable: ['killed', 'killed between', 'killed after', 'double'],
} as const;
export type Accident = (typeof ACCIDENTS)[keyof typeof ACCIDENTS][number];

export interface HostOptions {
	isDurable: boolean;
	chosen: ReadonlySet<string>;
	jobId?: string;
	/** How far the host's clock is ahead, ms. */
	skewMs?: number;
	limits?: Limits;
}

/**
 * A model of n8n's two ways to poll. The classic one saves state at activation and when a poll
 * emits; the durable one after each poll. Starting an execution is a separate step in both.
 */
export class ModelHost {
	/** IDs of events that started an execution. */
	readonly begun: string[] = [];
	/** What the last polls logged. */
	log: string[] = [];
	restarts = 0;
	/** Polls that failed. */
	readonly errors: unknown[] = [];
	/** When each successful poll started and ended, true time. */
	readonly polls: Array<{ begin: number; end: number }> = [];
	/** Violations of the host's own rules. */
	readonly broken: string[] = [];
	/** Changed to test copies and new keys. */
	self = { owner: 'workflow:node', account: 'key', config: 'config', org: 'org_1' };
	private saved = NOTHING;
	private process: Pick<Host, 'stored' | 'memory'> = { stored: {}, memory: {} };

	constructor(
		private readonly service: ModelService,
		readonly options: HostOptions,
	) {}

	get stateBytes(): number {
		return Buffer.byteLength(JSON.stringify(this.process.stored));
	}

	/** The poll at activation. `isDropped`: none of it is kept, as on the durable path. */
	async activate(isDropped = false): Promise<void> {
		await this.run();
		if (!isDropped) this.save();
	}

	async poll(accident?: Accident): Promise<string[]> {
		// Watching starts over if n8n is killed before it has saved anything.
		const dies = accident?.startsWith('killed') === true && this.saved !== NOTHING;
		if (accident === 'double') this.begun.push(...((await this.run()) ?? []));
		if (accident === 'republished') {
			await this.run();
			this.process.stored = this.readSaved();
			return [];
		}
		const events = await this.run();
		if (events !== undefined && !(dies && accident === 'killed')) {
			if (this.options.isDurable || events.length > 0) this.save();
			if (!(dies && accident === 'killed between')) this.begun.push(...events);
		}
		if (dies) this.restart();
		return events ?? [];
	}

	/** A new process knows what was saved. */
	restart(): void {
		this.restarts++;
		this.process = { stored: this.readSaved(), memory: {} };
	}

	private save(): void {
		this.saved = JSON.stringify(this.process.stored);
	}

	private readSaved(): Host['stored'] {
		return JSON.parse(this.saved) as Host['stored'];
	}

	/** Runs one poll: event IDs; undefined if it failed. */
	private async run(): Promise<string[] | undefined> {
		const { isDurable, chosen, jobId = '', skewMs = 0, limits = LIMITS } = this.options;
		const { time } = this.service;
		// The durable path rereads the stored state each time.
		if (isDurable) this.process.stored = this.readSaved();
		const now = () => time.now + skewMs;
		this.log = [];
		const host: Host = {
			...this.process,
			...{ isAtomic: isDurable, now },
			log: (text) => this.log.push(text),
		};
		const trueBegin = time.now;
		const begin = now();
		const deadline = begin + (isDurable ? DURABLE_BUDGET_MS : CLASSIC_BUDGET_MS);
		const clock = { now, until: async (at: number) => await time.until(at - skewMs) };
		const { owner, account, config, org } = this.self;
		const self = { owner, account, config, oldConfig: 'old', org: () => Promise.resolve(org) };
		const watched = { events: chosen as never, jobId };
		const source = this.service as unknown as JobSource;
		try {
			const means = { host, source: () => source, clock, times: { begin, deadline }, limits };
			const events = await time.drive(advance(means, self, watched));
			this.polls.push({ begin: trueBegin, end: time.now });
			return events.map(({ event }) => event.id);
		} catch (error) {
			this.errors.push(error);
			return undefined;
		} finally {
			if (now() > deadline) this.broken.push(`a poll took ${now() - begin} ms`);
		}
	}
}
