import type { ArchetypeAiClient } from './client';
import { inputs } from './inputs';
import { jobs, readJob } from './jobs';
import type { Job } from './jobs';
import { lengthOf, readRows } from './pages';
import type { Page } from './pages';
import type { InputEntry } from './pipelines/inputs';
import { isSameInputs, isSameParameters } from './sameJob';
import { isSorted } from './sorted';
import { timeOf } from './time';

/** What a job was requested to be. */
export interface JobRequest {
	name: string;
	type: string;
	key: string;
	/** Omitted for the version that the service picks. */
	version?: string;
	inputs: InputEntry[];
	parameters: Record<string, unknown>;
}

interface Search {
	/** Epoch ms by the service's clock; older jobs do not count. */
	since: number;
	/** IDs of jobs that do not count. */
	except?: ReadonlySet<string>;
}

const PAGE_SIZE = 100;
/** Pages to search; the order of the list is not guaranteed. */
export const MOST_PAGES = 10;

/**
 * The jobs that match a request: same name, pipeline, inputs and parameters, created since a given time.
 * Reads at most ten pages of 100 jobs, from the end of the list with the newest; `isComplete` is false
 * when older pages could hold more of them.
 *
 * @throws NodeApiError when a list cannot be read.
 */
export async function findSameJobs(
	client: ArchetypeAiClient,
	request: JobRequest,
	{ since, except = new Set() }: Search,
): Promise<{ found: Job[]; isComplete: boolean }> {
	const candidates = new Map<string, Job>();
	const isMadeSince = (job: Job) => !((timeOf(job.created_at) || Infinity) < since);
	const isComplete = await readNewest(client, request.type, (rows) => {
		for (const job of rows) {
			const isNamed = job.name === request.name && job.pipeline_key === request.key;
			const isVersion = request.version === undefined || job.pipeline_version === request.version;
			const counts = isNamed && isVersion && isMadeSince(job) && !except.has(job.id);
			if (counts) candidates.set(job.id, job);
		}
		return rows.some(isMadeSince);
	});
	const found: Job[] = [];
	for (const job of candidates.values()) {
		if (await isSame(client, request, job)) found.push(job);
	}
	return { found, isComplete };
}

/**
 * Hands pages of jobs to `look`, newest first if the first page shows the order, until it says that a
 * page has no job that counts. Returns whether all that count were read.
 */
async function readNewest(
	client: ArchetypeAiClient,
	type: string,
	look: (rows: Job[]) => boolean,
): Promise<boolean> {
	const list = jobs(client, { pipeline_type: type });
	const first = await list.page(0, PAGE_SIZE);
	const size = lengthOf(first);
	if (size === 0) return true;
	const isOldestFirst = directionOf(first) > 0 && first.total > size;
	for (let read = 0, page: Page<Job> = first; read < MOST_PAGES; read++) {
		const offset = isOldestFirst ? Math.max(0, first.total - size * (read + 1)) : size * read;
		if (read > 0 || isOldestFirst) page = await list.page(offset, size);
		const hasRecent = look(page.rows);
		const isAtEnd = isOldestFirst ? offset === 0 : offset + lengthOf(page) >= page.total;
		if (isAtEnd || lengthOf(page) === 0) return true;
		if (!hasRecent && directionOf(page) !== 0) return true;
	}
	return false;
}

/** -1 for rows that are newest first, 1 for oldest first, 0 for neither. */
function directionOf({ rows }: Page<Job>): number {
	const times = rows.map((job) => timeOf(job.created_at));
	if (isSorted(times, -1)) return -1;
	return isSorted(times, 1) ? 1 : 0;
}

async function isSame(client: ArchetypeAiClient, request: JobRequest, row: Job): Promise<boolean> {
	// Lists have been seen to omit parameters.
	const isShort = Object.keys(row.parameters ?? {}).length === 0;
	const job = isShort ? await readJob(client, row.id) : row;
	if (!isSameParameters(request.parameters, job.parameters)) return false;
	const rows: Array<Parameters<typeof isSameInputs>[1][number]> = [];
	for await (const page of readRows(inputs(client, row.id), request.inputs.length + 1)) {
		rows.push(...page);
	}
	return isSameInputs(request.inputs, rows);
}
