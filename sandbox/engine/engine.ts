import { MICROS_PER_MS, type Micros } from '../clock';
import type { ServiceParts } from '../service';
import type { Job } from '../store/jobs';
import { hasEnded, type JobStatus } from '../store/types';
import { discardOutputs, rewind, trackedInputs } from './inputs';
import { JobRun } from './job-run';
import { Journal } from './journal';
import { Slots } from './slots';

/** Time until the worker of a cancelled job is gone, on the sandbox's clock. */
const TEARDOWN_MS = 2000;

/** Runs the jobs: all other code changes a job's status through the engine. */
export class Engine {
	private readonly runs = new Map<string, JobRun>();
	private readonly journal: Journal;
	private readonly slots: Slots;

	constructor(private readonly service: ServiceParts) {
		this.journal = new Journal(service);
		this.slots = new Slots(() => service.behaviour.maxRunning);
	}

	/** Call this when the limit on running jobs may have been raised. */
	limitChanged() {
		this.slots.fill();
	}

	/** Continues the job from its current status, replacing its previous run. */
	follow(job: Job) {
		this.stop(job.id);
		if (hasEnded(job.status) || !this.service.jobs.record(job).isLive) return;
		const run = new JobRun(this.service, job, this.slots);
		this.runs.set(job.id, run);
		run.start();
	}

	/** Starts a job that was just created. */
	begin(job: Job) {
		this.service.jobs.record(job).isLive = true;
		this.follow(job);
	}

	/** Resets a failed or cancelled job to the start: all its work is redone. */
	retry(job: Job): Job {
		const { clock, jobs } = this.service;
		const record = jobs.record(job);
		this.journal.status(job, 'PENDING');
		discardOutputs(this.service, record, () => true);
		record.progress.clear();
		record.progressEntries = [];
		record.checkpoints = [];
		record.error = null;
		for (const input of trackedInputs(record)) rewind(input);
		const retried = jobs.retry(job, clock.now());
		this.begin(retried);
		return retried;
	}

	/** Cancels the job: its status changes immediately, its worker is gone a little later. */
	cancel(job: Job): Job {
		const { clock, jobs } = this.service;
		this.stop(job.id);
		this.journal.status(job, 'CANCELLED');
		const { inputs } = jobs.record(job);
		clock.at(clock.now() + TEARDOWN_MS * MICROS_PER_MS, () => {
			if (jobs.find(job.id)?.status !== 'CANCELLED') return;
			for (const input of inputs) if (input.status === 'processing') rewind(input);
		});
		return jobs.setStatus(job, 'CANCELLED', clock.now());
	}

	/**
	 * Forces the job into a status as of the time `at`. A live job continues from there; a seeded one
	 * stays there, and so costs nothing more.
	 */
	place(job: Job, status: JobStatus, at: Micros): Job {
		const { jobs } = this.service;
		if (!jobs.isRecorded(job)) return jobs.setStatus(job, status, at);
		this.journal.status(job, status);
		const placed = jobs.setStatus(job, status, at);
		if (status === 'COMPLETED' || status === 'FAILED') {
			const outcome = status === 'COMPLETED' ? 'completed' : 'failed';
			for (const input of trackedInputs(jobs.record(job))) {
				if (input.completed_at === null) {
					Object.assign(input, { status: outcome, completed_at: at });
				}
			}
		}
		this.follow(placed);
		return placed;
	}

	/** Removes the job and its bytes. */
	delete(job: Job) {
		const { jobs } = this.service;
		this.stop(job.id);
		if (jobs.isRecorded(job)) discardOutputs(this.service, jobs.record(job), () => true);
		jobs.delete(job);
	}

	/** Stops all runs. */
	stopAll() {
		for (const jobId of this.runs.keys()) this.stop(jobId);
	}

	private stop(jobId: string) {
		this.runs.get(jobId)?.stop();
		this.runs.delete(jobId);
	}
}
