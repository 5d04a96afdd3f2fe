import type { ServiceParts } from '../service';
import type { Job } from '../store/jobs';
import type { Input, JobEvent, JobStatus } from '../store/types';

/** Which of a job's tracked inputs an event is about, and its place among them. */
export interface Subject {
	input: Input;
	index: number;
}

/** What an event says besides its type. */
type Message = [level: JobEvent['level'], message: string];

const statusMessages: Record<JobStatus, Message> = {
	PENDING: ['INFO', 'Job queued'],
	ADMITTED: ['INFO', 'Job admitted'],
	RUNNING: ['INFO', 'Job started'],
	PREEMPTED: ['WARN', 'Job pre-empted'],
	COMPLETED: ['SUCCESS', 'Job completed'],
	FAILED: ['FAILED', 'Job failed'],
	CANCELLED: ['WARN', 'Job cancelled'],
};

/** Writes down what happens to jobs, at the time it happens: events, progress, ends of inputs. */
export class Journal {
	constructor(private readonly service: Pick<ServiceParts, 'clock' | 'jobs'>) {}

	/** Notes that the job is in this status now; the status itself is for others to change. */
	status(job: Job, status: JobStatus) {
		const type = status === 'RUNNING' ? 'started' : status.toLowerCase();
		this.event(job, `job.${type}`, statusMessages[status]);
	}

	started(job: Job, { input, index }: Subject) {
		input.status = 'processing';
		const message: Message = ['INFO', `Vectorizing ${input.file_id}`];
		this.event(job, 'vectorizing_file', message, { input, index });
	}

	progress(job: Job, { input, index }: Subject, done: number, items: number) {
		const { clock, jobs } = this.service;
		const { progress } = jobs.record(job);
		const percent = Math.round((100 * done) / items);
		progress.set(input.id, {
			id: jobs.takeNumber(),
			kind: 'inference',
			step: (progress.get(input.id)?.step ?? 0) + 1,
			message: `Processed ${done} of ${items}`,
			metrics: { percent_complete: percent, items_processed: done, items_total: items },
			payload: {},
			input_id: input.id,
			index,
			created_at: clock.now(),
		});
		jobs.touch(job, clock.now());
	}

	finished(job: Job, { input, index }: Subject) {
		input.status = 'completed';
		input.completed_at = this.service.clock.now();
		const message: Message = ['SUCCESS', `Finished ${input.file_id}`];
		this.event(job, 'inference.success', message, { input, index });
	}

	failed(job: Job, { input, index }: Subject, error: Error) {
		input.status = 'failed';
		input.error_message = error.message;
		input.completed_at = this.service.clock.now();
		this.event(job, 'inference.failed', ['FAILED', error.message], { input, index });
	}

	private event(job: Job, event_type: string, [level, message]: Message, subject?: Subject) {
		const { clock, jobs } = this.service;
		jobs.record(job).events.push({
			...{ id: jobs.takeNumber(), event_type, level, message, payload: {} },
			input_id: subject?.input.id ?? null,
			index: subject?.index ?? null,
			created_at: clock.now(),
		});
		jobs.touch(job, clock.now());
	}
}
