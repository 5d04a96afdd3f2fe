import type { IDataObject } from 'n8n-workflow';

import { jobItem } from '../../../api/jobs';
import type { Job } from '../../../api/jobs';
import type { ReportFacts } from './facts';
import type { Report } from './report';

/** The fields of a report, in every format. Pure. */
export function reportItem(job: Job, facts: ReportFacts, report: Report): IDataObject {
	const { events, failedInputs, outputs } = facts;
	return {
		...jobItem(job, true),
		...{ subject: `Archetype AI: ${report.headline}`, line: report.line },
		progress: report.progress && { ...report.progress },
		...{ waited_seconds: waitedSeconds(facts), ran_seconds: ranSeconds(facts) },
		failed_inputs: failedInputs.listed.map(({ id, name, message }) => ({
			...{ id, filename: name, error_message: message },
		})),
		failed_inputs_total: failedInputs.total,
		error_events: events.listed.map(({ createdAt, level, type, message }) => ({
			...{ created_at: createdAt, level, event_type: type, message },
		})),
		error_events_total: events.total,
		...{ outputs_total: outputs.total, outputs_bytes: outputs.bytes },
		outputs_added_up: outputs.added,
	};
}

/** Seconds from creation to start; null for a retried job, since its creation precedes an earlier run. */
function waitedSeconds({ createdAt, retries, startedAt }: ReportFacts): number | null {
	return retries > 0 ? null : secondsBetween(createdAt, startedAt);
}

/** Seconds from start to end, or until now; null when one of them is not known. */
function ranSeconds({ endedAt, now, outcome, startedAt, status }: ReportFacts): number | null {
	const hasEnded = outcome !== null || status === 'COMPLETED';
	return secondsBetween(startedAt, endedAt ?? (hasEnded ? null : now));
}

function secondsBetween(from: number | null, to: number | null): number | null {
	if (from === null || to === null) return null;
	return Math.max(0, Math.round((to - from) / 1000));
}
