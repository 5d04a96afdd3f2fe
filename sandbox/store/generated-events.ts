import type { JobEvent, JobRow } from './types';

/** Returns the events of a seeded job, oldest first: those its times imply. */
export function generatedEvents({ createdAt, startedAt, endedAt, status }: JobRow): JobEvent[] {
	const events: JobEvent[] = [];
	const add = (
		event_type: string,
		level: JobEvent['level'],
		message: string,
		created_at: number,
	) => {
		events.push({
			...{ id: events.length + 1, event_type, level, message, payload: {} },
			...{ input_id: null, index: null, created_at },
		});
	};
	if (startedAt) {
		add('job.admitted', 'INFO', 'Job admitted', createdAt);
		add('job.started', 'INFO', 'Job started', startedAt);
	}
	if (endedAt) {
		const level = status === 'COMPLETED' ? 'SUCCESS' : status === 'FAILED' ? 'FAILED' : 'WARN';
		add(`job.${status.toLowerCase()}`, level, `Job ${status.toLowerCase()}`, endedAt);
	}
	return events;
}
