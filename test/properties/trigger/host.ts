import { advance } from '../../../nodes/ArchetypeAi/trigger/advance';
import type { EventName } from '../../../nodes/ArchetypeAi/trigger/events';
import type { Host } from '../../../nodes/ArchetypeAi/trigger/host';
import { LIMITS } from '../../../nodes/ArchetypeAi/trigger/limits';
import type { Limits } from '../../../nodes/ArchetypeAi/trigger/limits';
import { keep, resume } from '../../../nodes/ArchetypeAi/trigger/resume';
import type { Detected } from '../../../nodes/ArchetypeAi/trigger/watch';
import { Outage } from './model';
import type { ModelService } from './model';

const CONFIG = 'config';
const NOTHING = '{}';
/** Between two polls by the host's clock, which is not the service's. */
const TICK_MS = 5_000;

/**
 * What may happen to the host in a poll: it dies before it saved the state, between state and
 * execution, or after both; it runs the poll twice; or the workflow is published again meanwhile, and
 * the poll's result counts no more.
 */
export type Accident = 'killed' | 'killed between' | 'killed after' | 'double' | 'republished';

/** How a poll is cut short. */
export interface Cuts {
	/** Requests after which the time is up. */
	budget?: number;
	/** Runs before each request, with its number in the poll. */
	beforeRequest?: (index: number) => void;
}

/**
 * A model of n8n's two ways to poll. The classic one saves what is stored at activation and when a
 * poll tells something, and the execution then; the durable one saves both at once after each poll.
 */
export class ModelHost {
	readonly told: string[] = [];
	/** What each poll told. */
	readonly polls: Detected[][] = [];
	/** Jobs that the last poll left for the next one. */
	left = 0;
	/** Requests that began when the time was up, at the most of all polls; and of these, by id. */
	late = { requests: 0, gets: 0 };
	restarts = 0;
	private saved = NOTHING;
	private process: Pick<Host, 'stored' | 'memory'> = { stored: {}, memory: {} };
	private now = 0;

	constructor(
		private readonly service: ModelService,
		private readonly events: ReadonlySet<EventName>,
		private readonly isDurable: boolean,
		private readonly limits: Limits = LIMITS,
	) {}

	/** The poll at activation. `isDropped`: nothing of it is kept, as on the durable path. */
	async activate(isDropped: boolean): Promise<void> {
		await this.run({});
		if (!isDropped) this.save();
	}

	async poll(cuts: Cuts = {}, accident?: Accident): Promise<void> {
		this.now += TICK_MS;
		// Watching begins anew when n8n is killed before it kept anything.
		const dies = accident?.startsWith('killed') === true && this.saved !== NOTHING;
		if (accident === 'double') this.tell(await this.run(cuts));
		if (accident === 'republished') {
			await this.run(cuts);
			this.process.stored = this.readSaved();
			return;
		}
		const news = await this.run(cuts);
		if (news !== undefined && !(dies && accident === 'killed')) {
			if (this.isDurable || news.length > 0) this.save();
			if (!(dies && accident === 'killed between')) this.tell(news);
		}
		if (dies) this.restart();
	}

	private save(): void {
		this.saved = JSON.stringify(this.process.stored);
	}

	private tell(news: Detected[] = []): void {
		this.polls.push(news);
		this.told.push(...news.map(({ event }) => event.id));
	}

	/** A new process knows what was saved. */
	private restart(): void {
		this.restarts++;
		this.process = { stored: this.readSaved(), memory: {} };
	}

	private readSaved(): Host['stored'] {
		return JSON.parse(this.saved) as Host['stored'];
	}

	/** One poll; undefined when a request failed. */
	private async run({
		budget = Infinity,
		beforeRequest = () => {},
	}: Cuts): Promise<Detected[] | undefined> {
		// The durable path reads what is stored anew each time.
		if (this.isDurable) this.process.stored = this.readSaved();
		const { service } = this;
		const until = service.requests + budget;
		let getsInTime = service.gets;
		service.beforeRequest = (index) => {
			if (service.requests <= until) getsInTime = service.gets;
			beforeRequest(index);
		};
		const hasTime = () => service.requests < until;
		const host: Host = {
			...this.process,
			isAtomic: this.isDurable,
			now: () => this.now,
			log: () => {},
		};
		const watched = { config: CONFIG, events: this.events, jobId: '' };
		try {
			const resumed = resume(host, CONFIG);
			const looked = await advance(service.source(), resumed.state, watched, hasTime, this.limits);
			const { events, state, observation } = looked;
			const news = events.map(({ event }) => event);
			keep(host, resumed, state, news);
			this.left = observation.left + observation.pending.size;
			return events;
		} catch (error) {
			if (!(error instanceof Outage)) throw error;
			return undefined;
		} finally {
			service.beforeRequest = () => {};
			this.late.requests = Math.max(this.late.requests, service.requests - until);
			this.late.gets = Math.max(this.late.gets, service.gets - getsInTime);
		}
	}
}
