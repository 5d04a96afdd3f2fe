import { Readable } from 'node:stream';
import { MICROS_PER_MS, type Micros } from '../clock';
import { randomId } from '../ids';
import { findPipeline, portsOf } from '../pipelines';
import type { ServiceParts } from '../service';
import type { JobRecord } from '../store/contents';
import type { Job } from '../store/jobs';
import { hasEnded, type Input, type JobEvent, type JobStatus, type Output } from '../store/types';
import { madeUpWorker } from './made-up';
import type { Work, Worker } from './work';

/** Parts of `jobMs` that a job waits before it is admitted, and again before it starts. */
const WAIT_SHARE = 0.1;
/** Progress rows of an input, at least, unless it has fewer items. */
const STEPS = 10;
/** Items in a step, at most: requests are answered between steps, not during them. */
const STEP_ITEMS = 500;
/** Time until the worker of a cancelled job is gone, on the sandbox's clock. */
const TEARDOWN_MS = 2000;

/** A job on its way. It is stopped from outside whenever someone else changes the job. */
interface Life {
	isStopped: boolean;
	cancelTimer?: () => void;
}

/** Thrown into a life that was stopped while it waited for something. */
class Stopped extends Error {}

/** Moves jobs from status to status and does their work, as time on the sandbox's clock passes. */
export class Engine {
	private readonly lives = new Map<string, Life>();

	constructor(private readonly service: ServiceParts) {}

	/** Takes up the job from the status it is in now, in place of what was going on before. */
	follow(job: Job) {
		this.stop(job.id);
		if (hasEnded(job.status) || !this.service.jobs.record(job).isLive) return;
		const life: Life = { isStopped: false };
		this.lives.set(job.id, life);
		this.step(job.id, life, this.live(job, life), this.service.clock.now());
	}

	/** Takes up a job that was just created. */
	begin(job: Job) {
		this.service.jobs.record(job).isLive = true;
		this.follow(job);
	}

	/** Puts a job that failed or was cancelled back to the start: all its work is done again. */
	retry(job: Job): Job {
		const { clock, jobs } = this.service;
		const record = jobs.record(job);
		this.note(job, 'job.retried', 'INFO', 'Job retried');
		this.discard(record, () => true);
		record.progress.clear();
		record.error = null;
		for (const input of trackedInputs(record)) rewind(input);
		const retried = jobs.retry(job, clock.now());
		this.begin(retried);
		return retried;
	}

	/** Puts the job into a status from outside, at any time; a live job goes on from there. */
	place(job: Job, status: JobStatus, at: Micros): Job {
		const { jobs } = this.service;
		const placed = jobs.setStatus(job, status, at);
		const outcome = { COMPLETED: 'completed', FAILED: 'failed' }[status as 'COMPLETED' | 'FAILED'];
		if (outcome && jobs.isRecorded(job)) {
			for (const input of trackedInputs(jobs.record(job))) {
				if (input.status !== 'pending' && input.status !== 'processing') continue;
				Object.assign(input, { status: outcome, completed_at: at });
			}
		}
		if (jobs.isRecorded(job)) this.follow(placed);
		return placed;
	}

	/** Removes the job and its bytes. */
	delete(job: Job) {
		this.stop(job.id);
		if (this.service.jobs.isRecorded(job)) this.discard(this.service.jobs.record(job), () => true);
		this.service.jobs.delete(job);
	}

	/** Stops moving the job. */
	stop(jobId: string) {
		const life = this.lives.get(jobId);
		if (!life) return;
		life.isStopped = true;
		life.cancelTimer?.();
		this.lives.delete(jobId);
	}

	/** Stops moving any job. */
	stopAll() {
		for (const jobId of this.lives.keys()) this.stop(jobId);
	}

	/** Cancels the job: its status changes at once, its worker is gone a little later. */
	cancel(job: Job): Job {
		const { clock, jobs } = this.service;
		this.stop(job.id);
		const cancelled = this.enter(job, 'CANCELLED', 'WARN', 'Job cancelled');
		const { inputs } = jobs.record(cancelled);
		clock.at(clock.now() + TEARDOWN_MS * MICROS_PER_MS, () => {
			if (jobs.find(job.id)?.status !== 'CANCELLED') return;
			for (const input of inputs) if (input.status === 'processing') input.status = 'pending';
		});
		return cancelled;
	}

	/** Runs the life up to its next wait, and has the clock wake it when that is over. */
	private step(jobId: string, life: Life, progress: AsyncGenerator<number>, due: Micros) {
		const { clock } = this.service;
		life.cancelTimer = clock.at(due, async () => {
			try {
				const next = await progress.next();
				this.service.changed();
				if (next.done) this.lives.delete(jobId);
				// Counted from when this step was due: a late one does not delay the rest.
				else if (!life.isStopped) {
					this.step(jobId, life, progress, due + Math.round(next.value * MICROS_PER_MS));
				}
			} catch (error) {
				if (!(error instanceof Stopped)) throw error;
			}
		});
	}

	/** The life of a job from the status it is in. Yields how long to wait next, in ms. */
	private async *live(job: Job, life: Life): AsyncGenerator<number, void> {
		const waitMs = this.service.behaviour.jobMs * WAIT_SHARE;
		let { status } = job;
		if (status === 'PENDING' || status === 'PREEMPTED') {
			yield waitMs;
			status = this.enter(job, 'ADMITTED', 'INFO', 'Job admitted').status;
		}
		if (status === 'ADMITTED') {
			yield waitMs;
			this.enter(job, 'RUNNING', 'INFO', 'Job started', 'job.started');
		}
		yield* this.work(job, life);
	}

	private async *work(job: Job, life: Life): AsyncGenerator<number, void> {
		const record = this.service.jobs.record(job);
		const tracked = trackedInputs(record);
		// What a pre-emption or a restart broke off is done again from the start of its input.
		for (const input of tracked.filter(({ status }) => status === 'processing')) {
			rewind(input);
			record.progress.delete(input.id);
			this.discard(record, ({ input_id }) => input_id === input.id);
		}
		let worker: Worker;
		try {
			worker = await unlessStopped(life, this.workerOf(job, record));
		} catch (error) {
			if (error instanceof Stopped) throw error;
			this.fail(job, error as Error);
			return;
		}
		const bytes = tracked.reduce((sum, { num_bytes }) => sum + Math.max(num_bytes, 1), 0);
		for (const [index, input] of tracked.entries()) {
			if (input.status !== 'pending') continue;
			const share = Math.max(input.num_bytes, 1) / bytes;
			yield* this.workOn(job, life, worker, input, index, this.service.behaviour.jobMs * share);
		}
		if (tracked.length > 0 && tracked.every(({ status }) => status === 'failed')) {
			this.fail(job, new Error(`BackoffLimitExceeded: all ${tracked.length} inputs failed`));
		} else this.enter(job, 'COMPLETED', 'SUCCESS', 'Job completed');
	}

	/** Works through one input in about `ms`, a progress row and perhaps a part at each step. */
	private async *workOn(
		job: Job,
		life: Life,
		worker: Worker,
		input: Input,
		index: number,
		ms: number,
	): AsyncGenerator<number, void> {
		input.status = 'processing';
		this.note(job, 'vectorizing_file', 'INFO', `Vectorizing ${input.file_id}`, input, index);
		let work: Work;
		try {
			work = await unlessStopped(life, worker.open(input));
		} catch (error) {
			if (error instanceof Stopped) throw error;
			yield ms;
			this.failInput(job, input, index, error as Error);
			return;
		}
		const stepSize = Math.min(Math.ceil(work.items / STEPS), STEP_ITEMS);
		let results = '';
		for (let [from, part] = [0, 0]; from < work.items;) {
			const partEnd = Math.min((part + 1) * work.itemsPerPart, work.items);
			const to = Math.min(from + stepSize, partEnd);
			yield (ms * (to - from)) / work.items;
			results += work.process(from, to);
			if (to === partEnd) {
				await this.writePart(job, life, work, input, part++, results);
				results = '';
			}
			this.noteProgress(job, input, index, to, work.items);
			from = to;
		}
		input.status = 'completed';
		input.completed_at = this.service.clock.now();
		this.note(job, 'inference.success', 'SUCCESS', `Finished ${input.file_id}`, input, index);
	}

	/** Takes outputs out of a record, and their bytes out of the store. */
	private discard(record: JobRecord, isDiscarded: (output: Output) => boolean) {
		for (const { content } of record.outputs.filter(isDiscarded)) {
			if (content.kind === 'blob') void this.service.blobs.delete(content.blob);
		}
		record.outputs = record.outputs.filter((output) => !isDiscarded(output));
	}

	private async workerOf(job: Job, record: JobRecord): Promise<Worker> {
		const { seed, pipelineType, pipelineKey, parameters } = job.spec;
		const pipeline = findPipeline(pipelineType, pipelineKey);
		if (seed || !pipeline) {
			return madeUpWorker(seed ? Math.round(seed.outputs / Math.max(seed.inputs, 1)) : 1);
		}
		const { config } = (parameters.worker ?? {}) as { config?: unknown };
		const references = record.inputs.filter(({ status }) => status === 'reference');
		return pipeline.worker(config ?? {}, references, (input) => this.read(input));
	}

	private read(input: Input): Readable {
		const object = this.service.objects.find(input.key.split('/'));
		if (!object) throw new Error(`S3 object not found: ${input.file_id}`);
		return object.read(0, object.bytes);
	}

	private async writePart(
		job: Job,
		life: Life,
		work: Work,
		input: Input,
		part: number,
		results: string,
	) {
		const { blobs, clock, jobs } = this.service;
		const blob = await unlessStopped(life, blobs.write(Readable.from([work.header + results])));
		const record = jobs.record(job);
		record.outputs.push({
			id: randomId('out'),
			number: record.nextOutput++,
			port_name: portsOf(job.spec.pipelineKey).outputs,
			input_id: input.id,
			input_file_id: input.file_id,
			filename: work.partName(part),
			file_type: work.fileType,
			num_bytes: blob.bytes,
			created_at: clock.now(),
			content: { kind: 'blob', blob: blob.id, bytes: blob.bytes, md5: blob.md5 },
		});
	}

	private noteProgress(job: Job, input: Input, index: number, done: number, items: number) {
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

	private failInput(job: Job, input: Input, index: number, error: Error) {
		input.status = 'failed';
		input.error_message = error.message;
		input.completed_at = this.service.clock.now();
		this.note(job, 'inference.failed', 'FAILED', error.message, input, index);
	}

	private fail(job: Job, error: Error) {
		const message = `Job failed: ${error.message}`;
		this.service.jobs.record(job).error = { message };
		this.enter(job, 'FAILED', 'FAILED', message);
	}

	/** Puts the job into a status and notes the event; returns the job as it then is. */
	private enter(
		job: Job,
		status: JobStatus,
		level: JobEvent['level'],
		message: string,
		eventType = `job.${status.toLowerCase()}`,
	): Job {
		const { clock, jobs } = this.service;
		const current = jobs.get(job.row);
		this.note(job, eventType, level, message);
		return jobs.setStatus(current, status, clock.now());
	}

	private note(
		job: Job,
		event_type: string,
		level: JobEvent['level'],
		message: string,
		input?: Input,
		index?: number,
	) {
		const { clock, jobs } = this.service;
		jobs.record(job).events.push({
			...{ id: jobs.takeNumber(), event_type, level, message, payload: {} },
			...{ input_id: input?.id ?? null, index: index ?? null, created_at: clock.now() },
		});
		jobs.touch(job, clock.now());
	}
}

function rewind(input: Input) {
	Object.assign(input, { status: 'pending', error_message: null, completed_at: null });
}

/** Waits for the promise; rejects with {@link Stopped} if the life was stopped meanwhile. */
function unlessStopped<Value>(life: Life, promise: Promise<Value>): Promise<Value> {
	return promise.finally(() => {
		if (life.isStopped) throw new Stopped();
	});
}

function trackedInputs(record: JobRecord): Input[] {
	return record.inputs.filter(({ status }) => status !== 'reference');
}
