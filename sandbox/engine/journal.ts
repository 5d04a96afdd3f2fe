import { clip } from '../errors';
import type { ServiceParts } from '../service';
import type { Job } from '../store/jobs';
import type { Checkpoint, Input, JobEvent, JobStatus } from '../store/types';
import type { Worker } from './work';

/** Which of a job's tracked inputs an event is about, and its position among them. */
export interface Subject {
	input: Input;
	index: number;
}

/** How many items of an input were processed, and how many of them successfully. */
export interface Tally {
	success: number;
	failed: number;
}

/** What an event says besides its type. */
type Message = [level: JobEvent['level'], message: string];

const MICROS_PER_SECOND = 1_000_000;

const statusMessages: Record<JobStatus, Message> = {
	PENDING: ['INFO', 'Job queued'],
	ADMITTED: ['INFO', 'Job admitted'],
	RUNNING: ['INFO', 'Job started'],
	PREEMPTED: ['WARN', 'Job pre-empted'],
	COMPLETED: ['SUCCESS', 'Job completed'],
	FAILED: ['FAILED', 'Job failed'],
	CANCELLED: ['WARN', 'Job cancelled'],
};

/**
 * Records what happens to jobs as it happens: events, progress, finished inputs. The texts are
 * those the service was seen to send.
 */
export class Journal {
	constructor(private readonly service: Pick<ServiceParts, 'clock' | 'jobs'>) {}

	/** Records that the job is now in this status; changing it is up to the caller. */
	status(job: Job, status: JobStatus) {
		const type = status === 'RUNNING' ? 'started' : status.toLowerCase();
		this.event(job, `job.${type}`, statusMessages[status]);
	}

	/** Records that the worker has started, with the reference files it reads first. */
	working(job: Job) {
		this.event(job, 'info', ['INFO', 'Using accelerator: cpu']);
		this.event(job, 'running_job', ['INFO', 'Running job']);
		for (const input of this.service.jobs.record(job).inputs) {
			if (input.status === 'reference' && !input.isCheckpoint)
				this.vectorizing(job, { input, index: null });
		}
	}

	started(job: Job, { input, index }: Subject, opening: Worker['opening']) {
		input.status = 'processing';
		if (opening === 'vectorizing_file') return this.vectorizing(job, { input, index });
		const text = `Processing input ${index}: ${input.file_id} (item count unknown)`;
		this.event(job, opening, ['INFO', text], { input, index });
	}

	progress(job: Job, { input, index }: Subject, { success, failed }: Tally, items: number) {
		const { clock, jobs } = this.service;
		const { progress, progressEntries } = jobs.record(job);
		const done = success + failed;
		const percent = Math.round((100 * done) / items);
		const step = (progress.get(input.id)?.step ?? 0) + 1;
		const entry = {
			id: jobs.takeNumber(),
			kind: 'inference',
			step,
			message: `Processed ${done} of ${items}`,
			metrics: {
				...{ percent_complete: percent, items_processed: done, items_total: items },
				...{ success, failed },
			},
			payload: {},
			input_id: input.id,
			index,
			created_at: clock.now(),
		};
		progress.set(input.id, entry);
		progressEntries.push(entry);
		const text = `Batch ${step - 1}: processed ${done} items (${success} success, ${failed} failed)`;
		this.event(job, 'info', ['INFO', text], { input, index });
	}

	/** Records that a training has finished another epoch. */
	trained(job: Job, step: number, epochs: number, metrics: Record<string, number>) {
		const { clock, jobs } = this.service;
		const message = `Epoch ${step} of ${epochs}`;
		jobs.record(job).progressEntries.push({
			...{ id: jobs.takeNumber(), kind: 'training', step, message },
			metrics: {
				...{ percent_complete: Math.round((100 * step) / epochs), success: step, failed: 0 },
				...metrics,
			},
			...{ payload: {}, input_id: null, index: null, created_at: clock.now() },
		});
		const accuracy = (metrics.eval_accuracy! * 100).toFixed(1);
		this.event(job, 'info', ['INFO', `${message}: eval accuracy ${accuracy} %`]);
	}

	/** Records that a training has saved a checkpoint. */
	saved(job: Job, { id, step }: Checkpoint) {
		const message: Message = ['INFO', `Saved a checkpoint at step ${step}`];
		this.event(job, 'info', message, undefined, { checkpoint_id: id });
	}

	finished(job: Job, { input, index }: Subject, { success, failed }: Tally) {
		input.status = 'completed';
		input.completed_at = this.service.clock.now();
		const text = `Processed ${success + failed} items (${success} success, ${failed} failed) from ${input.file_id}`;
		this.event(job, 'inference.completed', ['SUCCESS', text], { input, index });
	}

	failed(job: Job, { input, index }: Subject, error: Error) {
		const reason = clip(error.message);
		input.status = 'failed';
		input.error_message = reason;
		input.completed_at = this.service.clock.now();
		const message: Message = ['FAILED', `Processing failed for ${input.file_id}`];
		this.event(job, 'inference.failed', message, { input, index }, { error: reason });
	}

	/** Records that the job's work is done. */
	completed(job: Job) {
		const since = this.service.jobs.get(job.row).startedAt ?? job.createdAt;
		const seconds = Math.round((this.service.clock.now() - since) / MICROS_PER_SECOND);
		this.event(job, 'job.completed', ['SUCCESS', `Job completed in ${seconds}s`]);
	}

	private vectorizing(job: Job, subject: { input: Input; index: number | null }) {
		const message: Message = ['INFO', `Vectorizing file ${subject.input.file_id}`];
		this.event(job, 'vectorizing_file', message, subject);
	}

	private event(
		job: Job,
		event_type: string,
		[level, message]: Message,
		subject?: { input: Input; index: number | null },
		payload: Record<string, unknown> = {},
	) {
		const { clock, jobs } = this.service;
		jobs.record(job).events.push({
			...{ id: jobs.takeNumber(), event_type, level, message, payload },
			input_id: subject?.input.id ?? null,
			index: subject?.index ?? null,
			created_at: clock.now(),
		});
		jobs.touch(job, clock.now());
	}
}
