import { createHash } from 'node:crypto';
import { z } from 'zod';
import { isoMicros, type Micros } from '../clock';
import { breathe } from '../engine/slices';
import type { Service } from '../service';
import type { JobContents } from '../store/contents';
import type { Job } from '../store/jobs';
import type { Rows } from '../store/rows';
import { isoOrNull } from './render';

const MICROS_PER_SECOND = 1_000_000;
const [FEWEST, MOST] = [10, 1000];

/** Query of `GET …/inputs/progress/traces`: an out-of-range number of buckets is clamped. */
export const tracesQuery = z.object({
	buckets: z.coerce
		.number()
		.int()
		.default(100)
		.transform((buckets) => Math.min(Math.max(buckets, FEWEST), MOST)),
});

interface Counts {
	success: number;
	failed: number;
}

/** Something that happened, and how it changes the counters. */
interface Change {
	at: Micros;
	files?: 'completed' | 'failed';
	items?: Counts & { kind: string };
}

/**
 * Returns a job's progress over time: counters at the end of each of `buckets` equal intervals from
 * its start to its end, or to now while it runs.
 */
export async function tracesOf(service: Service, job: Job, buckets: number) {
	const changes = await changesOf(service.jobs.contents(job));
	const from = job.startedAt ?? job.createdAt;
	const to = Math.max(job.endedAt ?? service.clock.now(), from);
	const width = (to - from) / buckets;
	const files = { completed: 0, failed: 0 };
	const items = new Map<string, Counts>();
	let next = 0;
	const points = Array.from({ length: buckets }, (_, bucket) => {
		const end = bucket === buckets - 1 ? to : Math.round(from + width * (bucket + 1));
		for (; next < changes.length && changes[next]!.at <= end; next++) {
			apply(changes[next]!, files, items);
		}
		const shown = [...items].map(([kind, counts]) => [kind, { ...counts }] as const);
		return {
			t: isoMicros(end),
			step: files.completed + files.failed,
			files: { ...files },
			items: Object.fromEntries(shown),
		};
	});
	return {
		job_id: job.id,
		bucket_seconds: width / MICROS_PER_SECOND,
		latest_event_at: isoOrNull(changes.at(-1)?.at ?? null),
		points,
	};
}

/** Returns the ETag of traces: it changes whenever something happens. */
export function etagOf(job: Job, buckets: number, traces: { latest_event_at: string | null }) {
	const seen = [job.id, job.status, job.retryCount, buckets, traces.latest_event_at];
	return `W/"${createHash('md5').update(JSON.stringify(seen)).digest('hex')}"`;
}

function apply(
	{ files: file, items: item }: Change,
	files: Record<'completed' | 'failed', number>,
	items: Map<string, Counts>,
) {
	if (file) files[file]++;
	if (!item) return;
	const counts = items.get(item.kind) ?? { success: 0, failed: 0 };
	counts.success += item.success;
	counts.failed += item.failed;
	items.set(item.kind, counts);
}

/** What happened in a job, oldest first. */
async function changesOf(contents: JobContents): Promise<Change[]> {
	const changes: Change[] = [];
	/** The counters of an entry continue from the previous entry of its input. */
	const before = new Map<string, Counts>();
	for await (const { input_id, kind, metrics, created_at } of eachOf(
		contents.progressEntries({}),
	)) {
		const { success = 0, failed = 0 } = metrics;
		const last = before.get(`${kind} ${input_id}`) ?? { success: 0, failed: 0 };
		before.set(`${kind} ${input_id}`, { success, failed });
		const items = { kind, success: success - last.success, failed: failed - last.failed };
		changes.push({ at: created_at, items });
	}
	for await (const { status, completed_at } of eachOf(contents.inputs({}))) {
		if (completed_at === null || (status !== 'completed' && status !== 'failed')) continue;
		changes.push({ at: completed_at, files: status });
	}
	return changes.sort((a, b) => a.at - b.at);
}

async function* eachOf<Row>(rows: Rows<Row>): AsyncGenerator<Row> {
	for (let index = 0; index < rows.length; index++) {
		yield rows.at(index)!;
		await breathe();
	}
}
