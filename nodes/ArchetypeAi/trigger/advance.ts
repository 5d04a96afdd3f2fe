import type { EventName } from './events';
import { observe, observeOne } from './observe';
import { LIMITS } from './limits';
import type { JobSource } from './source';
import { baseline } from './state';
import type { State } from './state';
import { watch } from './watch';
import type { Detected, Observation } from './watch';

export interface Watched {
	/** Fingerprint of the configuration, kept with the state. */
	config: string;
	events: ReadonlySet<EventName>;
	/** Empty for any job. */
	jobId: string;
}

/**
 * One look at the service and what it means: the events to deliver, and the state to keep once they
 * are. Without a state, this is where watching starts, and what is there already is no news.
 *
 * @throws the client's error for any request that fails; the state before stays valid.
 */
export async function advance(
	source: JobSource,
	state: State | undefined,
	{ config, events: chosen, jobId }: Watched,
	hasTime: () => boolean,
	limits = LIMITS,
): Promise<{ events: Detected[]; state: State; observation: Observation }> {
	const observation = jobId
		? await observeOne(source, jobId)
		: await observe(source, state, hasTime, limits);
	const before = state ?? baseline(config, observation.now);
	const result = watch(before, observation, chosen, limits);
	return { ...result, events: state === undefined ? [] : result.events, observation };
}
