import type { Observation } from './decide/observation';
import type { Host } from './host';
import type { PlaceName, Requests } from './look/requests';

/** Kinds of trouble; each is logged separately. */
type Trouble = PlaceName | 'rows';

/** Lasting trouble is logged once per this many ms. */
const QUIET_MS = 15 * 60_000;

const PLACES: Record<PlaceName, string> = {
	'active jobs': 'a list of active jobs could not be read; its jobs are requested one by one',
	edge: 'the edge of the list, where new jobs appear, could not be read; the next poll tries again',
	'jobs by ID': 'a job could not be read by its ID; the next polls try again',
	sweep: 'a page of the list of all jobs could not be read; it is skipped and tried again later',
};

/** Logs what could not be read, and what is left for the next poll. */
export function logTrouble(
	host: Host,
	{ failures, malformed }: Requests,
	{ edge }: Observation,
	givenUp: string[],
): void {
	const logged = (host.memory.logged ??= new Map<Trouble, number>());
	const say = (kind: Trouble, text: string) => {
		const last = logged.get(kind);
		const now = host.now();
		if (last !== undefined && Math.abs(now - last) < QUIET_MS) return;
		logged.set(kind, now);
		host.log(text);
	};
	for (const [place, error] of failures) {
		const reason = error instanceof Error ? error.message : String(error);
		say(place, `${PLACES[place]} (${reason})`);
	}
	if (malformed.size > 0) {
		const [first] = malformed;
		const more = malformed.size > 1 ? `, and ${malformed.size - 1} more` : '';
		say('rows', `job rows that are not as documented are left out: ${first}${more}`);
	}
	if (edge !== undefined && edge.left > 0) {
		host.log(`about ${edge.left} jobs are left for the next poll`);
	}
	for (const id of givenUp) {
		host.log(
			`${id} was not found for a day; it may have been deleted, and is no longer looked for`,
		);
	}
}
