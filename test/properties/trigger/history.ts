import * as fc from 'fast-check';

import type { EventName } from '../../../nodes/ArchetypeAi/trigger/events';
import { LIMITS } from '../../../nodes/ArchetypeAi/trigger/limits';
import type { Limits } from '../../../nodes/ArchetypeAi/trigger/limits';
import { ModelHost } from './host';
import type { Accident } from './host';
import { ModelService, Outage } from './model';
import type { ListOrder } from './model';

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

/** What the lists are like from here on. */
interface Lists {
	order?: ListOrder;
	/** Rows of a page at most. */
	clamp?: number;
}

export interface Poll {
	/** What happened since the last poll, and how long that took. */
	before: Happening[];
	gapMs: number;
	/** Whether all jobs that are active end then. */
	endsAll?: boolean;
	/** Jobs that came and went since the last poll, each with its pick, one so long after the other. */
	burst: number[];
	paceMs?: number;
	/** Jobs that began after these, and run. */
	newer?: number[];
	lists?: Lists;
	/**
	 * What happens within the poll, before its n-th request; a number: so many jobs came and went, or
	 * when it is negative, so many new ones are deleted.
	 */
	within: Array<{ request: number; happening: Happening | Lists | number }>;
	/** The request of the poll that fails, if any. */
	outage?: number;
	/** Whether jobs that were never said not to exist are said not to, when asked for by id. */
	misses?: boolean;
	accident?: Accident;
	/** Requests after which the time is up. */
	budget?: number;
}

export interface Script {
	order: ListOrder;
	clamp: number;
	keepsStamps: boolean;
	lagMs: number;
	stampMs: number;
	limits: Limits;
	/** Whether the host keeps nothing of the first poll. */
	dropsFirst: boolean;
	past: Happening[];
	polls: Poll[];
}

export interface HistoryOptions {
	/** Orders of the list that occur. */
	orders: ListOrder[];
	/** Events that the trigger is to tell of. */
	events: EventName[];
	/** Whether order and size of the pages change, also within a poll. */
	changesOrder?: boolean;
	/** How n8n polls, and what may happen to it then; without, nothing does. */
	path?: 'classic' | 'durable';
	/** How late changes may show, ms. */
	lagMs?: number;
	/**
	 * Whether everything has to be told at once when nothing is left for the next poll, by what a poll
	 * asks for besides its page of the slow walk. Requests do not fail, and ledgers are small, which
	 * they must not be for jobs that show up late.
	 */
	isPrompt?: boolean;
	/** Whether more happens than a poll has time for: then the oldest come first. */
	hasBacklog?: boolean;
}

/** So small that a history reaches every limit. */
const SMALL: Limits = {
	edgeRows: 8,
	newEdgeRows: 4,
	pageRows: 12,
	sweepRows: 10,
	firstRuns: 20,
	retries: 6,
};

/** Jobs asked for by id at the same time, which are all that may come when the time is up. */
const PARALLEL = 4;
/** Polls that may be needed until nothing is left. */
const MOST_CUT_POLLS = 200;

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

const pick = fc.nat(1_000_000);
const happening: fc.Arbitrary<Happening> = fc.record({
	kind: fc.oneof(...KINDS.map((kind) => ({ weight: weights[kind], arbitrary: fc.constant(kind) }))),
	pick,
});
const clamp = fc.integer({ min: 6, max: 12 });

/** An array that is empty most of the time. */
const seldom = (maxLength: number): fc.Arbitrary<number[]> =>
	fc.oneof(
		{ weight: 5, arbitrary: fc.constant<number[]>([]) },
		{ weight: 1, arbitrary: fc.array(pick, { maxLength }) },
	);

const ACCIDENTS: Record<NonNullable<HistoryOptions['path']>, Accident[]> = {
	classic: ['killed', 'killed between', 'killed after', 'republished'],
	durable: ['killed', 'killed after', 'double'],
};

function pollWith(options: HistoryOptions): fc.Arbitrary<Poll> {
	const { orders, changesOrder, path, isPrompt, hasBacklog } = options;
	const lists = fc.record({ order: fc.constantFrom(...orders), clamp });
	const nothing = fc.constant(undefined);
	return fc.record({
		before: fc.array(happening, { maxLength: 12 }),
		gapMs: fc.constantFrom(1_000, 60_000, 600_000, 86_400_000),
		endsAll: hasBacklog ? fc.boolean() : nothing,
		burst: hasBacklog ? fc.array(pick, { maxLength: 120 }) : seldom(80),
		paceMs: fc.constantFrom(0, 300, 2_000),
		newer: hasBacklog ? fc.array(pick, { maxLength: 40 }) : seldom(20),
		lists: changesOrder
			? fc.option(lists, { nil: undefined, freq: 3 })
			: fc.option(fc.record({ clamp }), { nil: undefined, freq: 3 }),
		within: fc.array(
			fc.record({
				request: fc.nat(7),
				happening: fc.oneof(
					{ weight: 6, arbitrary: happening },
					{ weight: 1, arbitrary: fc.integer({ min: -8, max: 8 }) },
					{ weight: changesOrder ? 6 : 0, arbitrary: lists },
				),
			}),
			{ maxLength: 4 },
		),
		outage: isPrompt ? nothing : fc.option(fc.nat(6), { nil: undefined, freq: 6 }),
		misses: fc.option(fc.constant(true), { nil: undefined, freq: 5 }),
		accident: path
			? fc.option(fc.constantFrom(...ACCIDENTS[path]), { nil: undefined, freq: 2 })
			: nothing,
		budget:
			isPrompt && !hasBacklog ? nothing : fc.constantFrom(2, 6, 10, 1_000, hasBacklog ? 15 : 1_000),
	});
}

/**
 * A generated history of the service and of the polls that watch it. Holds when every change into a
 * chosen status since the first poll that the service's rows still prove was told, nothing else
 * was, nothing was told twice, and no poll went on when its time was up.
 */
export function history(options: HistoryOptions): fc.IAsyncProperty<[Script]> {
	const { isPrompt, hasBacklog, path } = options;
	const script: fc.Arbitrary<Script> = fc.record({
		order: fc.constantFrom(...options.orders),
		clamp,
		keepsStamps: fc.boolean(),
		lagMs: fc.constantFrom(0, options.lagMs ?? 0),
		stampMs: fc.constantFrom(1, 1_000),
		limits: isPrompt && !options.lagMs ? fc.constantFrom(SMALL, LIMITS) : fc.constant(LIMITS),
		dropsFirst: path === 'durable' ? fc.boolean() : fc.constant(false),
		past: fc.array(happening, { maxLength: 60 }),
		polls: fc.array(pollWith(options), { minLength: 1, maxLength: hasBacklog ? 4 : 8 }),
	});
	return fc.asyncProperty(script, async ({ past, polls, limits, dropsFirst, ...behaviour }) => {
		const service = new ModelService(behaviour);
		for (const what of past) happen(service, what);
		// The past has settled when watching begins; the clock in replies has whole seconds.
		service.tick(behaviour.lagMs + 2_000);
		const host = new ModelHost(service, new Set(options.events), path === 'durable', limits);
		await host.activate(dropsFirst);
		const start = { due: service.due.length, at: service.now };

		const bursts = new Set<string>();
		for (const poll of polls) await live(service, host, poll, bursts);
		checkTime(service, host);
		if (isPrompt) await finish(service, host);
		else await settle(service, host);
		check(service, start.due, host, bursts, options);
		if (hasBacklog) checkOrder(start.at, host);
	});
}

async function live(
	service: ModelService,
	host: ModelHost,
	poll: Poll,
	bursts: Set<string>,
): Promise<void> {
	service.tick(poll.gapMs);
	Object.assign(service.options, poll.lists);
	if (poll.endsAll) service.endAll();
	for (const what of poll.before) happen(service, what);
	for (const random of poll.burst) {
		const id = service.create(random);
		bursts.add(id);
		service.start(id);
		if (random % 5 === 0) {
			service.fail(id);
			service.retry(id);
			service.start(id);
		}
		service.complete(id);
		service.tick(poll.paceMs ?? 0);
	}
	for (const random of poll.newer ?? []) service.start(service.create(random));

	const { budget, within, outage, misses = false, accident } = poll;
	const beforeRequest = (index: number) => {
		for (const { request, happening: what } of within) {
			if (request !== index) continue;
			if (typeof what === 'number') {
				if (what < 0) service.deleteNewest(-what);
				for (let job = 0; job < what; job++) service.comeAndGo(job);
			} else if ('kind' in what) happen(service, what);
			else Object.assign(service.options, what);
		}
		if (index === outage) throw new Outage();
	};
	service.misses = misses;
	await host.poll({ budget, beforeRequest }, accident);
	service.misses = false;
}

function happen(service: ModelService, { kind, pick: at }: Happening): void {
	if (kind === 'create') {
		service.create(at);
		return;
	}
	const id = service.idAt(at);
	if (id !== undefined) service[kind](id);
}

/** Quiet polls until the slow walk has been through the whole list once. */
async function settle(service: ModelService, host: ModelHost): Promise<void> {
	const laps = Math.ceil(service.size / (service.options.clamp - 4)) + 2;
	for (let poll = 0; poll < laps; poll++) {
		service.tick(60_000 + service.options.lagMs);
		await host.poll();
	}
}

/** Polls until none is left for the next one, each with somewhat more time; and one with all of it. */
async function finish(service: ModelService, host: ModelHost): Promise<void> {
	for (let polls = 0; host.left > 0; polls++) {
		if (polls === MOST_CUT_POLLS) throw new Error(`${host.left} jobs are still left`);
		service.tick(60_000);
		await host.poll({ budget: 10 + polls });
	}
	service.tick(60_000 + service.options.lagMs);
	await host.poll();
}

/**
 * When the time is up, only the requests still come that are already under way, and those without
 * which a poll would bring nothing: one page of each list, the search for a place in the list of all
 * jobs, and all that were created at one moment.
 */
function checkTime({ size, options }: ModelService, { late }: ModelHost): void {
	const sameMoment = options.stampMs > 1 ? size : 0;
	const pages = Math.ceil((2 * sameMoment) / 5);
	const most = 24 + Math.ceil(Math.log2(size + 1)) + pages;
	if (late.gets > PARALLEL) throw new Error(`${late.gets} jobs asked for when the time was up`);
	if (late.requests > most) throw new Error(`${late.requests} requests when the time was up`);
}

function check(
	service: ModelService,
	start: number,
	{ told, restarts }: ModelHost,
	bursts: ReadonlySet<string>,
	{ events, path, isPrompt }: HistoryOptions,
): void {
	const due = service.due.slice(start).filter(({ name }) => events.includes(name));
	const ids = new Set(due.map(({ id }) => id));
	const toldIds = new Set(told);
	const proven = service.proven();
	// A job that was there already, was retried and ended is perhaps seen by the slow walk only.
	const mayWait = (id: string) => isPrompt && !isFirstRun(id) && !bursts.has(id.split(':', 1)[0]!);
	// Admitted again after a preemption: that the first time was not seen cannot be made up for.
	const isGone = (id: string) => id.includes(':ADMITTED:') && service.again.has(id);
	const mayRepeat = restarts > 0 || path === 'durable';
	const found = {
		lost: [...ids].filter(
			(id) => proven.has(id) && !toldIds.has(id) && !mayWait(id) && !isGone(id),
		),
		'not due': told.filter((id) => !ids.has(id) && !service.again.has(id)),
		repeated: mayRepeat ? [] : told.filter((id, i) => told.indexOf(id) !== i),
	};
	for (const [what, wrong] of Object.entries(found)) {
		if (wrong.length > 0) throw new Error(`${what}: ${wrong.join(', ')}`);
	}
}

/** Of jobs that came since watching began, those created first are told first. */
function checkOrder(start: number, { polls }: ModelHost): void {
	let latest = start;
	const seen = new Set<string>();
	for (const news of polls) {
		const fresh = news.filter(
			({ event: { job }, previousStatus }) => previousStatus === null && !seen.has(job.id),
		);
		const times = fresh
			.filter(({ event }) => isFirstRun(event.id))
			.map(({ event }) => Date.parse(event.job.created_at))
			.filter((at) => at > start);
		if (Math.min(...times) < latest) throw new Error('a job was told before an older one');
		latest = Math.max(latest, ...times);
		for (const { event } of news) seen.add(event.job.id);
	}
}

const isFirstRun = (eventId: string): boolean => /:0(\.\d+)?$/.test(eventId);
