import type { Memory } from '../decide/memory';
import { turn } from '../decide/round';
import type { Place } from '../decide/round';
import type { State } from '../decide/state';
import type { Requests } from './requests';

const PARALLEL = 4;

/** IDs of followed jobs that were not where they should have been, those unseen for longest first. */
export function dueJobs(
	memory: Memory,
	{ lost, round }: State,
	place: Place,
	requests: Requests,
): string[] {
	const { isDue } = turn(round, place);
	const looked = new Set(lost.map(([id]) => id));
	const ids: string[] = [];
	for (const { id, mark } of memory.followed.values()) {
		if (id === undefined || !isDue(mark)) continue;
		if (!requests.rows.has(id) && !looked.has(id)) ids.push(id);
	}
	return ids;
}

/** Requests jobs by ID: due ones as time allows, and those that were not found. */
export async function askById(
	requests: Requests,
	due: string[],
	lost: State['lost'],
	reserved: number,
): Promise<{ notFound: Set<string>; unanswered: Set<string> }> {
	const notFound = new Set<string>();
	const unanswered = new Set<string>();
	const ask = async (id: string) => {
		const job = await requests.job(id);
		if (job === null) notFound.add(id);
		if (job === undefined) unanswered.add(id);
	};
	// The last one requested moves to the end, so the first has waited longest. One is requested, and more
	// as long as they are found again: then the service was wrong about all of them.
	const askForLost = async () => {
		for (const [id] of lost) {
			if (requests.rows.has(id)) continue;
			if (requests.left <= reserved) return;
			await ask(id);
			if (!requests.rows.has(id) || !requests.hasTime('jobs by ID')) return;
		}
	};
	const askForDue = async () => {
		for (let at = 0; at < due.length; at += PARALLEL) {
			// Always some, so that a service that stays slow does not keep them waiting.
			if (at > 0 && !requests.hasTime('jobs by ID')) return;
			const room = Math.max(0, requests.left - reserved);
			const some = due.slice(at, at + Math.min(PARALLEL, room));
			if (some.length === 0) return;
			await Promise.all(some.map(ask));
		}
	};
	await Promise.all([askForLost(), askForDue()]);
	return { notFound, unanswered };
}

/** Requests that lookups by ID leave to others. */
export const RESERVED = 1;
