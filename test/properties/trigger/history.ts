import * as fc from 'fast-check';

import { LIMITS } from '../../../nodes/ArchetypeAi/trigger/limits';
import type { Limits } from '../../../nodes/ArchetypeAi/trigger/limits';
import { ACCIDENTS, ModelHost } from './host';
import type { Accident } from './host';
import { Jobs } from './life';
import { judge, missing } from './oracle';
import type { Watched } from './oracle';
import { ModelService, placesOf } from './service';
import type { ListOrder, Trouble, Where } from './service';
import { VirtualTime } from './virtualTime';

/** Small enough that a history reaches every limit. */
export const SMALL: Limits = {
	...LIMITS,
	...{ edgeRows: 8, newEdgeRows: 4, pageRows: 12, sweepRows: 10 },
	...{ searchPages: 4, newJobs: 20, ends: 40 },
};

/** Statuses that a job may be moved to; the last two are undocumented. */
type Status =
	| 'ADMITTED'
	| 'RUNNING'
	| 'PREEMPTED'
	| 'COMPLETED'
	| 'FAILED'
	| 'CANCELLED'
	| 'CANCELLING'
	| 'PAUSED';

/** One thing that happens to the service; `pick` selects one of the existing jobs. */
export interface Happening {
	kind: 'create' | 'retry' | 'delete' | 'malformed' | Status;
	pick: number;
	skewMs: number;
}

interface Step {
	before: Happening[];
	gapMs: number;
	/** Jobs that came and went since the last poll. */
	burst: number[];
	/** Whether all active jobs end. */
	endsAll: boolean;
	/** What happens during the poll, before its n-th request. */
	within: Array<{ request: number; happening: Happening }>;
	trouble: Trouble[];
	accident?: Accident;
	order?: ListOrder;
}

export interface Script {
	order: ListOrder;
	clamp: number;
	latencyMs: number;
	headerSkewMs: number;
	hostSkewMs: number;
	lateTotalMs: number;
	lagMs: number;
	keepsStamps: boolean;
	keepsStart: boolean;
	stampMs: number;
	noZone: boolean | 'some';
	limits: Limits;
	/** Lasts to the end. */
	outage?: Trouble;
	dropsFirst: boolean;
	isDurable: boolean;
	/** Whether quiet polls continue for a full sweep, even when nothing is missing any more. */
	isLong: boolean;
	past: Happening[];
	steps: Step[];
}

export interface HistoryOptions {
	orders: readonly ListOrder[];
	events: readonly string[];
	/** Memory limits small enough for histories to overflow. */
	isSmall?: boolean;
	path?: 'classic' | 'durable';
	/** Places of the service that may fail for a while. */
	troubles?: boolean;
	/** Clocks that differ. */
	clocks?: boolean;
	unknown?: boolean;
	latencies?: number[];
	clamps?: number[];
	lagMs?: number;
	lateTotalMs?: number;
	bursts?: number;
	changesOrder?: boolean;
	/** The number of quiet polls after which everything but what only the sweep can show is due. */
	within?: number | ((jobs: number) => number);
	/** Whether jobs requested by ID are denied for less than a day, or malformed for longer. */
	lost?: 'denied' | 'malformed';
	/** Maximum number of polls before the quiet ones; seven by default. */
	steps?: number;
	/** Whether bursts are mostly large. */
	crowds?: boolean;
	/** Places that are permanently out from the first step on. */
	outages?: readonly Where[];
	/** Maximum number of happenings before watching begins. */
	past?: number;
	neverDeletes?: boolean;
	/** Whether every other row has timestamps without a zone. */
	mixedZones?: boolean;
}

/** Jobs that cannot be fetched by ID. */
const LOST: Record<NonNullable<HistoryOptions['lost']>, Trouble> = {
	denied: { how: 'lost', where: 'by id' },
	malformed: { how: 'rows', where: 'by id' },
};
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

export function scripts(options: HistoryOptions): fc.Arbitrary<Script> {
	const { orders, path, troubles, clocks, lagMs = 0, lateTotalMs = 0, bursts = 25 } = options;
	const pick = fc.nat(1_000_000);
	const skews = clocks ? [0, 0, 0, 3 * MINUTE, -3 * MINUTE, DAY, -DAY] : [0];
	const kinds: Array<Happening['kind']> = [
		...([
			'create',
			'create',
			'create',
			'create',
			'create',
			'create',
			'RUNNING',
			'RUNNING',
		] as const),
		...(['RUNNING', 'RUNNING', 'RUNNING', 'COMPLETED', 'COMPLETED', 'COMPLETED'] as const),
		...(['COMPLETED', 'FAILED', 'FAILED', 'FAILED', 'retry', 'retry', 'retry'] as const),
		...(['ADMITTED', 'PREEMPTED', 'CANCELLED'] as const),
		...(options.neverDeletes ? [] : (['delete'] as const)),
		...(options.unknown ? (['CANCELLING', 'CANCELLING', 'PAUSED'] as const) : []),
		...(troubles ? (['malformed'] as const) : []),
	];
	const happening: fc.Arbitrary<Happening> = fc.record({
		kind: fc.constantFrom(...kinds),
		pick,
		skewMs: fc.constantFrom(...skews),
	});
	const places: Where[] = ['edge', 'deep', 'active', 'running', 'by id', 'all'];
	const trouble: fc.Arbitrary<Trouble> = fc
		.record({
			where: fc.constantFrom(...places),
			how: fc.constantFrom(...(['error', 'hang', 'slow', 'lost', 'rows'] as const)),
		})
		.map(({ where, how }) => ({ how, where: how === 'lost' ? 'by id' : where }));
	const seldom = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
		fc.option(of, { nil: undefined, freq: 4 });
	const accidents: readonly Accident[] = path === undefined ? [] : ACCIDENTS[path];
	const step: fc.Arbitrary<Step> = fc.record({
		before: fc.array(happening, { maxLength: 10 }),
		gapMs: fc.constantFrom(1_000, MINUTE, 10 * MINUTE, ...(options.lost === 'denied' ? [] : [DAY])),
		burst: fc.oneof(
			{ weight: 4, arbitrary: fc.constant<number[]>([]) },
			{
				weight: 1,
				arbitrary: fc.array(pick, { maxLength: bursts, ...(options.crowds && { size: 'max' }) }),
			},
		),
		endsAll: fc.oneof(
			{ weight: 6, arbitrary: fc.constant(false) },
			{ weight: 1, arbitrary: fc.constant(true) },
		),
		within: fc.array(fc.record({ request: fc.nat(7), happening }), { maxLength: 3 }),
		trouble: options.lost
			? fc.subarray([LOST[options.lost]])
			: troubles
				? fc.array(trouble, { maxLength: 2 })
				: fc.constant<Trouble[]>([]),
		accident:
			accidents.length > 0
				? seldom(fc.constantFrom(...accidents)).map((one) => one)
				: fc.constant(undefined),
		order: options.changesOrder ? seldom(fc.constantFrom(...orders)) : fc.constant(undefined),
	});
	return fc.record({
		order: fc.constantFrom(...orders),
		clamp: fc.constantFrom(...(options.clamps ?? [7, 12, 100])),
		latencyMs: fc.constantFrom(...(options.latencies ?? [20])),
		headerSkewMs: fc.constantFrom(...(clocks ? skews : [0])),
		hostSkewMs: fc.constantFrom(...(clocks ? skews : [0])),
		lateTotalMs: fc.constantFrom(0, lateTotalMs),
		lagMs: fc.constantFrom(0, lagMs),
		keepsStamps: fc.boolean(),
		keepsStart: fc.boolean(),
		stampMs: clocks ? fc.constant(1) : fc.constantFrom(1, 1_000),
		noZone: clocks ? fc.boolean() : fc.constant(options.mixedZones ? 'some' : false),
		limits: fc.constant(options.isSmall ? SMALL : LIMITS),
		outage:
			options.outages === undefined
				? fc.constant(undefined)
				: fc.record({
						where: fc.constantFrom(...options.outages),
						how: fc.constantFrom(...(['error', 'hang'] as const)),
					}),
		dropsFirst: path === 'durable' ? fc.boolean() : fc.constant(false),
		isDurable: path === undefined ? fc.boolean() : fc.constant(path === 'durable'),
		isLong: fc.integer({ min: 0, max: 7 }).map((one) => one === 7),
		past: fc.array(happening, { maxLength: options.past ?? 50, size: 'max' }),
		steps: fc.array(step, { minLength: 1, maxLength: options.steps ?? 7 }),
	});
}

/** A property of generated histories: the promises of docs/trigger.md hold at their end. */
export function history(options: HistoryOptions): fc.IAsyncPropertyWithHooks<[Script]> {
	return fc.asyncProperty(scripts(options), async (script) => {
		const problems = await play(script, options);
		if (problems.length > 0) throw new Error(problems.slice(0, 5).join('; '));
	});
}

/** Plays a history and returns what was wrong. */
export async function play(script: Script, options: HistoryOptions): Promise<string[]> {
	const { past, steps, limits, dropsFirst, isDurable, lagMs } = script;
	const time = new VirtualTime();
	const jobs = new Jobs(script, () => time.now);
	const service = new ModelService(time, jobs, script);
	const chosen = new Set(options.events);
	const host = new ModelHost(service, { isDurable, chosen, skewMs: script.hostSkewMs, limits });

	for (const what of past) {
		time.now += 40;
		happen(jobs, what);
	}
	// The past has settled when watching begins; the clock in replies has whole seconds.
	time.now += 2_000 + script.lateTotalMs;
	const from = time.now;
	await host.activate(dropsFirst);
	const until = time.now;

	let isUnconfirmed = false;
	for (const step of steps) {
		jobs.lagMs = lagMs;
		// On the classic path, n8n has to be back within five minutes.
		const isSoon = isUnconfirmed && !isDurable;
		const { outage } = script;
		const trouble = outage === undefined ? step.trouble : [...step.trouble, outage];
		const gapMs = isSoon ? 30_000 : step.gapMs;
		await live({ ...step, gapMs, trouble }, service, jobs, host, time);
		isUnconfirmed = step.accident !== undefined;
	}
	const mayRepeat = steps.some((step) => step.accident !== undefined);
	jobs.lagMs = 0;
	service.trouble = script.outage === undefined ? [] : [script.outage];
	for (const life of jobs.lives.values()) life.isMalformed = false;
	time.now += lagMs + script.lateTotalMs + 1_000;
	const out = script.outage?.where;
	const isOut = (status: string) => out !== undefined && placesOf(status).includes(out);
	const { begun, polls } = host;
	const watched = { begun, from, until, chosen, mayRepeat, polls, isOut, limits };
	const restUntil = async (facts: Watched, most: number) => {
		const isDone = () => !script.isLong && missing(jobs, facts).length === 0;
		await rest(host, time, most, isDone);
		return judge(jobs, facts);
	};
	const { within } = options;
	const swept = { ...watched, isSwept: true };
	const lap = sweepPolls(service, jobs, limits);
	if (within === undefined) return [...(await restUntil(swept, lap)), ...host.broken];

	const bound = typeof within === 'function' ? within(jobs.lives.size) : within;
	const problems = await restUntil({ ...watched, isSwept: false }, bound);
	// What only the sweep can show comes later, unless the sweep itself is out.
	const isLeft = problems.length === 0 && out !== 'deep' && missing(jobs, swept).length > 0;
	if (isLeft) problems.push(...(await restUntil(swept, lap)));
	return [...problems, ...host.broken];
}

async function live(
	{ before, gapMs, burst, endsAll, within, trouble, accident, order }: Step,
	service: ModelService,
	jobs: Jobs,
	host: ModelHost,
	time: VirtualTime,
): Promise<void> {
	time.now += gapMs;
	if (order !== undefined) service.options.order = order;
	for (const what of before) {
		time.now += 40;
		happen(jobs, what);
	}
	for (const random of burst) {
		const id = jobs.create(random);
		time.now += random % 400;
		jobs.move(id, 'RUNNING');
		if (random % 5 === 0) {
			jobs.move(id, 'FAILED');
			jobs.retry(id);
			jobs.move(id, 'RUNNING');
		}
		jobs.move(id, 'COMPLETED');
	}
	if (endsAll) for (const id of jobs.ids()) end(jobs, id);
	let index = 0;
	service.onRequest = () => {
		for (const { request, happening } of within) if (request === index) happen(jobs, happening);
		index++;
	};
	service.trouble = trouble;
	await host.poll(accident);
	service.trouble = [];
	service.onRequest = () => {};
}

function end(jobs: Jobs, id: string): void {
	jobs.move(id, 'RUNNING');
	jobs.move(id, id.length % 3 === 0 ? 'FAILED' : 'COMPLETED');
}

function happen(jobs: Jobs, { kind, pick, skewMs }: Happening): void {
	if (kind === 'create') {
		jobs.create(pick, skewMs);
		return;
	}
	const ids = jobs.ids();
	const id = ids[pick % Math.max(1, ids.length)];
	if (id === undefined) return;
	if (kind === 'retry') jobs.retry(id);
	else if (kind === 'delete') jobs.delete(id);
	else if (kind === 'malformed') jobs.lives.get(id)!.isMalformed = true;
	else jobs.move(id, kind);
}

/** Polls that continue after everything is reported: nothing is reported twice. */
const AFTERWARDS = 3;

/** Polls in which the sweep covers the whole list. */
function sweepPolls({ options }: ModelService, jobs: Jobs, { sweepRows }: Limits): number {
	const laps = Math.ceil(jobs.lives.size / Math.max(1, Math.min(options.clamp, sweepRows) - 4)) + 6;
	return options.order === 'shuffled' ? 4 * laps : laps;
}

/** Quiet polls: this many, or until everything is reported. */
async function rest(
	host: ModelHost,
	time: VirtualTime,
	polls: number,
	isDone: () => boolean,
): Promise<void> {
	let left = polls;
	while (left > 0) {
		if (left > AFTERWARDS && isDone()) left = AFTERWARDS;
		left--;
		time.now += MINUTE;
		await host.poll();
	}
}
