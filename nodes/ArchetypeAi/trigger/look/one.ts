import type { Observation } from '../decide/observation';
import type { State } from '../decide/state';
import type { Requests } from './requests';

/**
 * Looks at a single job: one request. Such a list is read whole, so its times do not matter.
 * `isMissing`: the service says that the job does not exist.
 */
export async function lookAtOne(
	requests: Requests,
	state: State,
	jobId: string,
): Promise<{ observation: Observation; isMissing: boolean }> {
	const job = await requests.job(jobId);
	await requests.end();
	const rows = job ? [job] : [];
	const { cycle } = state.round;
	const observation: Observation = {
		...{ at: requests.at, rows: requests.rows, org: requests.org },
		hasMalformed: requests.malformed.size > 0,
		...{ notFound: new Set(), unanswered: new Set() },
		edge: { order: 'whole', rows, total: rows.length, left: 0, readUpTo: Infinity },
		place: { cycle: cycle + 1, list: 0, offset: 0 },
		isWhole: false,
		...{ sweep: state.sweep, search: -1, isSearched: true },
	};
	return { observation, isMissing: job === null };
}
