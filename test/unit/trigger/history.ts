import * as fc from 'fast-check';

import { advance } from '../../../nodes/ArchetypeAi/trigger/advance';
import type { EventName } from '../../../nodes/ArchetypeAi/trigger/events';
import { readState } from '../../../nodes/ArchetypeAi/trigger/state';
import type { State } from '../../../nodes/ArchetypeAi/trigger/state';
import { ModelService, Outage } from './model';
import type { ServiceOptions } from './model';

const CONFIG = 'config';
const TERMINAL: ReadonlySet<EventName> = new Set(['completed', 'failed', 'cancelled']);

/** One thing that happens to the service; `pick` chooses the job among those there are. */
interface Happening {
	kind:
		'create' | 'admit' | 'start' | 'preempt' | 'complete' | 'fail' | 'cancel' | 'retry' | 'delete';
	pick: number;
}

interface Poll {
	/** What happened since the last poll, and how long that took. */
	before: Happening[];
	gapMs: number;
	/** What happens within the poll, before its n-th request. */
	within: Array<{ request: number; happening: Happening }>;
	/** The request of the poll that fails, if any. */
	outage?: number;
	/** Whether the process dies before the host has kept the state. */
	crash: boolean;
	/** Requests after which the time is up. */
	budget: number;
}

const happening: fc.Arbitrary<Happening> = fc.record({
	kind: fc.oneof(
		{ weight: 6, arbitrary: fc.constant('create' as const) },
		{ weight: 6, arbitrary: fc.constant('start' as const) },
		{ weight: 5, arbitrary: fc.constant('complete' as const) },
		{ weight: 3, arbitrary: fc.constant('fail' as const) },
		{ weight: 2, arbitrary: fc.constantFrom('cancel', 'admit', 'preempt', 'delete') },
		{ weight: 3, arbitrary: fc.constant('retry' as const) },
	),
	pick: fc.nat(1_000_000),
});

const pollArbitrary: fc.Arbitrary<Poll> = fc.record({
	before: fc.array(happening, { maxLength: 12 }),
	gapMs: fc.constantFrom(1_000, 60_000, 600_000, 86_400_000),
	within: fc.array(fc.record({ request: fc.nat(7), happening }), { maxLength: 4 }),
	outage: fc.option(fc.nat(6), { nil: undefined, freq: 6 }),
	crash: fc.boolean().map((value) => value),
	budget: fc.constantFrom(2, 6, 10, 1_000, 1_000),
});

function happen(service: ModelService, { kind, pick }: Happening): void {
	if (kind === 'create') {
		service.create(pick);
		return;
	}
	const ids = [...service.jobs.keys()];
	const id = ids[pick % Math.max(1, ids.length)];
	if (id !== undefined) service[kind](id);
}

/** What the host does: keeps the state of each poll, loses it in a crash, restores it from JSON. */
class Host {
	private kept: string | undefined;
	readonly delivered: string[] = [];

	constructor(private readonly service: ModelService) {}

	async poll({ outage, budget, within, crash }: Partial<Poll> = {}): Promise<void> {
		const { service } = this;
		const until = service.requests + (budget ?? Infinity);
		service.beforeRequest = (index) => {
			for (const { request, happening: what } of within ?? []) {
				if (request === index) happen(service, what);
			}
			if (index === outage) throw new Outage();
		};
		const stored = this.kept === undefined ? undefined : (JSON.parse(this.kept) as State);
		const watched = { config: CONFIG, events: TERMINAL, jobId: '' };
		try {
			const { events, state } = await advance(
				service.source(),
				readState(stored, CONFIG).state,
				watched,
				() => service.requests < until,
			);
			this.delivered.push(...events.map(({ event }) => event.id));
			if (!crash) this.kept = JSON.stringify(state);
		} catch (error) {
			if (!(error instanceof Outage)) throw error;
		} finally {
			service.beforeRequest = () => {};
		}
	}
}

export interface HistoryOptions extends Pick<ServiceOptions, 'order'> {
	/** Whether the process may die after a poll; repeats with the same id are allowed then. */
	crashes?: boolean;
}

/** A generated history of the service and its polls; holds when the trigger told it all, once. */
export function history({ order, crashes = false }: HistoryOptions): fc.IAsyncProperty<[unknown]> {
	const script = fc.record({
		clamp: fc.integer({ min: 6, max: 12 }),
		keepsStamps: fc.boolean(),
		past: fc.array(happening, { maxLength: 60 }),
		polls: fc.array(pollArbitrary, { minLength: 1, maxLength: 8 }),
	});
	return fc.asyncProperty(script, async ({ clamp, keepsStamps, past, polls }) => {
		const service = new ModelService({ order, clamp, keepsStamps });
		for (const what of past) happen(service, what);
		service.tick(2_000);
		const host = new Host(service);
		await host.poll();
		const start = service.ends.length;

		for (const poll of polls) {
			service.tick(poll.gapMs);
			for (const what of poll.before) happen(service, what);
			await host.poll({ ...poll, crash: crashes && poll.crash });
		}
		await settle(service, host);

		const due = service.ends.slice(start).map(({ id }) => id);
		const proven = service.proven();
		const lost = due.filter((id) => proven.has(id) && !host.delivered.includes(id));
		if (lost.length > 0) throw new Error(`lost: ${lost.join(', ')}`);
		const known = new Set(due);
		const invented = host.delivered.filter((id) => !known.has(id));
		if (invented.length > 0) throw new Error(`not due: ${invented.join(', ')}`);
		const repeated = host.delivered.filter((id, i) => host.delivered.indexOf(id) !== i);
		if (!crashes && repeated.length > 0) throw new Error(`repeated: ${repeated.join(', ')}`);
	});
}

/** Quiet polls until the slow walk has been through the whole list once. */
async function settle(service: ModelService, host: Host): Promise<void> {
	const laps = Math.ceil(service.jobs.size / (service.options.clamp - 4)) + 2;
	for (let poll = 0; poll < laps; poll++) {
		service.tick(60_000);
		await host.poll();
	}
}
