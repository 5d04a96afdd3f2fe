import * as fc from 'fast-check';

import { advance } from '../../../nodes/ArchetypeAi/trigger/advance';
import type { EventName } from '../../../nodes/ArchetypeAi/trigger/events';
import { readState } from '../../../nodes/ArchetypeAi/trigger/state';
import type { State } from '../../../nodes/ArchetypeAi/trigger/state';
import { ModelService, Outage } from './model';
import type { ListOrder } from './model';

const CONFIG = 'config';

const KINDS = [
	'create',
	'admit',
	'start',
	'preempt',
	'complete',
	'fail',
	'cancel',
	'retry',
	'delete',
] as const;

/** One thing that happens to the service; `pick` chooses the job among those there are. */
interface Happening {
	kind: (typeof KINDS)[number];
	pick: number;
}

interface Poll {
	/** What happened since the last poll, and how long that took. */
	before: Happening[];
	gapMs: number;
	/** Jobs that came and went since the last poll, each with its pick. */
	burst: number[];
	/** The order of the lists from here on. */
	order?: ListOrder;
	/** What happens within the poll, before its n-th request. */
	within: Array<{ request: number; happening: Happening }>;
	/** The request of the poll that fails, if any. */
	outage?: number;
	/** Whether the host dies before it has kept the state, or runs the poll twice. */
	accident?: 'crash' | 'double';
	/** Requests after which the time is up. */
	budget: number;
}

export interface HistoryOptions {
	/** Orders of the list that occur. */
	orders: ListOrder[];
	/** Events that the trigger is to tell of. */
	events: EventName[];
	/** Whether the host may die or poll twice; repeats with the same id are allowed then. */
	accidents?: boolean;
	/** How late changes may show, ms. */
	lagMs?: number;
}

const weights: Record<Happening['kind'], number> = {
	create: 6,
	admit: 1,
	start: 6,
	preempt: 1,
	complete: 5,
	fail: 3,
	cancel: 1,
	retry: 3,
	delete: 1,
};

const happening: fc.Arbitrary<Happening> = fc.record({
	kind: fc.oneof(...KINDS.map((kind) => ({ weight: weights[kind], arbitrary: fc.constant(kind) }))),
	pick: fc.nat(1_000_000),
});

const pollWith = ({ orders, accidents }: HistoryOptions): fc.Arbitrary<Poll> =>
	fc.record({
		before: fc.array(happening, { maxLength: 12 }),
		gapMs: fc.constantFrom(1_000, 60_000, 600_000, 86_400_000),
		burst: fc.oneof(
			{ weight: 5, arbitrary: fc.constant<number[]>([]) },
			{ weight: 1, arbitrary: fc.array(fc.nat(1_000_000), { maxLength: 80 }) },
		),
		order: fc.option(fc.constantFrom(...orders), { nil: undefined, freq: 3 }),
		within: fc.array(fc.record({ request: fc.nat(7), happening }), { maxLength: 4 }),
		outage: fc.option(fc.nat(6), { nil: undefined, freq: 6 }),
		accident: accidents
			? fc.option(fc.constantFrom('crash', 'double'), { nil: undefined, freq: 2 })
			: fc.constant(undefined),
		budget: fc.constantFrom(2, 6, 10, 1_000, 1_000),
	});

/**
 * A generated history of the service and of the polls that watch it. Holds when every change into a
 * chosen status since the first poll that the service's rows still prove was told, nothing else
 * was, and nothing was told twice.
 */
export function history(options: HistoryOptions): fc.IAsyncProperty<[unknown]> {
	const script = fc.record({
		order: fc.constantFrom(...options.orders),
		clamp: fc.integer({ min: 6, max: 12 }),
		keepsStamps: fc.boolean(),
		lagMs: fc.constantFrom(0, options.lagMs ?? 0),
		past: fc.array(happening, { maxLength: 60 }),
		polls: fc.array(pollWith(options), { minLength: 1, maxLength: 8 }),
	});
	return fc.asyncProperty(script, async ({ past, polls, ...behaviour }) => {
		const service = new ModelService(behaviour);
		for (const what of past) happen(service, what);
		// The past has settled when watching begins; the clock in replies has whole seconds.
		service.tick(behaviour.lagMs + 2_000);
		const host = new Host(service, new Set(options.events));
		await host.poll();
		const start = service.due.length;

		for (const poll of polls) {
			service.tick(poll.gapMs);
			service.options.order = poll.order ?? service.options.order;
			for (const what of poll.before) happen(service, what);
			for (const pick of poll.burst) {
				const id = service.create(pick);
				service.start(id);
				service.complete(id);
			}
			await host.poll(poll);
		}
		await settle(service, host);
		check(service, start, host.told, options);
	});
}

function happen(service: ModelService, { kind, pick }: Happening): void {
	if (kind === 'create') {
		service.create(pick);
		return;
	}
	const id = service.idAt(pick);
	if (id !== undefined) service[kind](id);
}

/** What the host does: polls, keeps the state as text, and has accidents. */
class Host {
	readonly told: string[] = [];
	private kept: string | undefined;

	constructor(
		private readonly service: ModelService,
		private readonly events: ReadonlySet<EventName>,
	) {}

	async poll({
		outage,
		budget = Infinity,
		within = [],
		accident,
	}: Partial<Poll> = {}): Promise<void> {
		const { service } = this;
		if (accident === 'double') await this.poll({ outage, budget, within, accident: 'crash' });

		const until = service.requests + budget;
		service.beforeRequest = (index) => {
			for (const { request, happening: what } of within) {
				if (request === index) happen(service, what);
			}
			if (index === outage) throw new Outage();
		};
		const stored = this.kept === undefined ? undefined : (JSON.parse(this.kept) as State);
		const watched = { config: CONFIG, events: this.events, jobId: '' };
		try {
			const { events, state } = await advance(
				service.source(),
				readState(stored, CONFIG).state,
				watched,
				() => service.requests < until,
			);
			this.told.push(...events.map(({ event }) => event.id));
			if (accident !== 'crash') this.kept = JSON.stringify(state);
		} catch (error) {
			if (!(error instanceof Outage)) throw error;
		} finally {
			service.beforeRequest = () => {};
		}
	}
}

/** Quiet polls until the slow walk has been through the whole list once. */
async function settle(service: ModelService, host: Host): Promise<void> {
	const laps = Math.ceil(service.size / (service.options.clamp - 4)) + 2;
	for (let poll = 0; poll < laps; poll++) {
		service.tick(60_000 + service.options.lagMs);
		await host.poll();
	}
}

function check(
	service: ModelService,
	start: number,
	told: string[],
	{ events, accidents }: HistoryOptions,
): void {
	const due = service.due.slice(start).filter(({ name }) => events.includes(name));
	const ids = new Set(due.map(({ id }) => id));
	const proven = service.proven();
	const found = {
		lost: [...ids].filter((id) => proven.has(id) && !told.includes(id)),
		// Going on after a preemption is told when the first start was before watching began.
		'not due': told.filter((id) => !ids.has(id) && !service.again.has(id)),
		repeated: accidents ? [] : told.filter((id, i) => told.indexOf(id) !== i),
	};
	for (const [what, wrong] of Object.entries(found)) {
		if (wrong.length > 0) throw new Error(`${what}: ${wrong.join(', ')}`);
	}
}
