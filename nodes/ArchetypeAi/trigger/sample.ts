import type { Job } from '../api/jobs';
import type { Detected } from './decide/decide';
import { EVENT_STATUS, provenEvents } from './decide/events';
import type { EventName } from './decide/events';
import type { JobSource } from './source';

const SAMPLE_ROWS = 50;

/**
 * A recent change that matches, for building a workflow on: the latest of the chosen events on the
 * list's first page, else of the first chosen status. Two requests at most; undefined when there is
 * none.
 *
 * @throws the client's error when a request fails.
 */
export async function findSample(
	source: JobSource,
	chosen: ReadonlySet<EventName>,
	matches: (job: Job) => boolean,
): Promise<Detected | undefined> {
	const [first = 'completed'] = chosen;
	for (const status of [undefined, EVENT_STATUS[first]]) {
		const { rows } = await source.page(status, 0, SAMPLE_ROWS);
		const latest = latestEvent(rows.filter(matches), chosen);
		if (latest !== undefined) return latest;
	}
	return undefined;
}

/** The latest chosen event that these jobs prove. */
export function latestEvent(jobs: Job[], chosen: ReadonlySet<EventName>): Detected | undefined {
	const [latest] = jobs
		.flatMap(provenEvents)
		.filter(({ name }) => chosen.has(name))
		.sort((a, b) => b.at - a.at);
	return latest && { event: latest, previousStatus: null };
}
