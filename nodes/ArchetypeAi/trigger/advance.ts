import { keep, resume } from './crash/resume';
import type { Self } from './crash/resume';
import { begin, decide } from './decide/decide';
import type { Detected } from './decide/decide';
import { isActive } from './decide/events';
import type { EventName } from './decide/events';
import { keyOf } from './decide/hash';
import { Memory } from './decide/memory';
import type { Observation } from './decide/observation';
import type { Host } from './host';
import { LIMITS } from './limits';
import type { Limits } from './limits';
import { look } from './look/look';
import { lookAtOne } from './look/one';
import { NoAnswer, Requests } from './look/requests';
import type { Clock, Times } from './look/requests';
import { hasKey, unknownKey } from './pipelineKey';
import { logTrouble } from './trouble';
import type { JobSource } from './source';

/** What is watched. */
export interface Watched {
	events: ReadonlySet<EventName>;
	/** Empty for any job. */
	jobId: string;
	/** Empty for any pipeline. */
	pipelineKey?: string;
}

/** What a poll works with. */
export interface Means {
	host: Host;
	/** The service. On the first poll, cached replies to other triggers do not count. */
	source: (isFirst: boolean) => JobSource;
	clock: Clock;
	times: Times;
	limits?: Limits;
}

export class JobMissing extends Error {}

/**
 * One poll: read the state, look, decide, keep the state. Returns the events to hand to the host.
 * Without a state, watching starts here, and existing jobs are not reported.
 *
 * @throws the first place's error when nothing at all could be read, and JobMissing when the watched
 * job does not exist; the previous state stays valid.
 */
export async function advance(means: Means, self: Self, watched: Watched): Promise<Detected[]> {
	const { host, source, clock, times, limits = LIMITS } = means;
	const resumed = await resume(host, self);
	const { state, isFirst } = resumed;
	if (isFirst) host.memory.logged = host.memory.failed = undefined;
	const terms = { chosen: watched.events, limits, hostTime: host.now(), ids: host.memory.ids };
	const memory = new Memory(state, limits, terms.ids);
	const isLarge = memory.followed.size > limits.manyJobs;
	const most = isLarge ? limits.requestsWithMany : limits.requests;
	const requests = new Requests(source(isFirst), clock, times, most);

	const before = { state, isFirst, memory, limits, sweepMemory: host.memory };
	const { jobId, pipelineKey = '' } = watched;
	const one = jobId === '' ? undefined : await lookAtOne(requests, state, jobId);
	const observation = one?.observation ?? (await look(requests, before));
	if (requests.replies === 0) throw firstOf(requests.failures);
	if (one?.isMissing) throw new JobMissing();

	const decision = isFirst
		? { state: begin(state, observation, terms), events: [], givenUp: [] }
		: decide(state, observation, terms);
	const events = decision.events.filter(({ event }) => hasKey(event.job, pipelineKey));
	keep(host, resumed, decision.state, events.length);
	host.memory.ids = idsOf(observation, memory, limits);
	logTrouble(host, requests, observation, decision.givenUp);
	const odd = isFirst ? unknownKey([...observation.rows.values()], pipelineKey) : undefined;
	if (odd !== undefined) host.log(`${odd} If this is not intended, check the filter`);
	// Rows may be shared with other triggers.
	return structuredClone(events);
}

/** The error to fail with: a permanent one, if there is one. */
function firstOf(failures: ReadonlyMap<string, unknown>): unknown {
	const errors = [...failures.values()];
	const isForGood = (error: unknown) =>
		(error as { failure?: { cause?: string } }).failure?.cause === 'credential-invalid';
	return errors.find(isForGood) ?? errors[0] ?? new NoAnswer();
}

/** IDs of active jobs by key, when there are too many for the state to hold. */
function idsOf({ rows }: Observation, memory: Memory, limits: Limits): Map<string, string> {
	const ids = new Map<string, string>();
	if (memory.followed.size + rows.size <= limits.manyJobs) return ids;
	for (const [key, { id }] of memory.followed) if (id !== undefined) ids.set(key, id);
	for (const job of rows.values()) {
		if (isActive(job)) ids.set(keyOf(job.id), job.id);
		else ids.delete(keyOf(job.id));
	}
	return ids;
}
