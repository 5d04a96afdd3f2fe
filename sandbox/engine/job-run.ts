import { Readable } from 'node:stream';
import { MICROS_PER_MS, type Micros } from '../clock';
import { clip } from '../errors';
import { randomId } from '../ids';
import { findPipeline, portsOf } from '../pipelines';
import type { ServiceParts } from '../service';
import type { Job } from '../store/jobs';
import { hasEnded, type Input, type JobStatus } from '../store/types';
import { discardOutputs, forgetTraining, rewind, trackedInputs } from './inputs';
import { Journal, type Subject, type Tally } from './journal';
import { madeUpWorker } from './made-up';
import type { Slots } from './slots';
import type { Work, Worker } from './work';

/** Fraction of `jobMs` that a job waits before it is admitted, and again before it starts. */
const WAIT_SHARE = 0.1;
/** Minimum progress rows per input, unless it has fewer items. */
const STEPS = 10;
/** Maximum items per step. */
const STEP_ITEMS = 500;

/** What a run waits for next: a number of ms, or its turn to run. */
type Wait = number | 'slot';

/** Thrown into a run that was stopped while waiting. */
class Stopped extends Error {}

/** Takes one job from its current status to its end, as time passes on the sandbox's clock. */
export class JobRun {
	private readonly journal: Journal;
	private readonly course = this.live();
	private isStopped = false;
	private cancelTimer: (() => void) | undefined;

	constructor(
		private readonly service: ServiceParts,
		private readonly job: Job,
		private readonly slots: Slots,
	) {
		this.journal = new Journal(service);
	}

	/** Starts the run. Everything happens on timers of the clock, the first due immediately. */
	start() {
		if (this.job.status === 'ADMITTED' || this.job.status === 'RUNNING') {
			this.slots.keep(this.job.id);
		}
		this.wakeAt(this.service.clock.now());
	}

	/** Ends the run wherever it is; the job keeps its state. */
	stop() {
		this.isStopped = true;
		this.cancelTimer?.();
		this.slots.leave(this.job.id);
	}

	private wakeAt(due: Micros) {
		this.cancelTimer = this.service.clock.at(due, async () => {
			try {
				const next = await this.course.next();
				this.service.changed();
				if (this.isStopped) return;
				if (next.done) this.slots.leave(this.job.id);
				else this.wait(next.value, due);
			} catch (error) {
				if (!(error instanceof Stopped)) throw error;
			}
		});
	}

	private wait(wait: Wait, due: Micros) {
		if (wait === 'slot') {
			return this.slots.take(this.job.id, () => this.wakeAt(this.service.clock.now()));
		}
		// Counted from when this step was due: a late one does not delay the rest.
		this.wakeAt(due + Math.round(wait * MICROS_PER_MS));
	}

	/** The steps from the job's status to its end. */
	private async *live(): AsyncGenerator<Wait, void> {
		const waitMs = this.service.behaviour.jobMs * WAIT_SHARE;
		let { status } = this.job;
		if (status === 'PENDING' || status === 'PREEMPTED') {
			yield waitMs;
			yield 'slot';
			status = this.enter('ADMITTED');
		}
		if (status === 'ADMITTED') {
			yield waitMs;
			status = this.enter('RUNNING');
		}
		if (!hasEnded(status)) yield* this.work();
	}

	private async *work(): AsyncGenerator<Wait, void> {
		const record = this.service.jobs.record(this.job);
		const tracked = trackedInputs(record);
		// An input interrupted by a preemption or a restart is redone from its start.
		for (const input of tracked.filter(({ status }) => status === 'processing')) {
			rewind(input);
			record.progress.delete(input.id);
			discardOutputs(this.service, record, ({ input_id }) => input_id === input.id);
		}
		this.journal.working(this.job);
		let worker: Worker;
		try {
			worker = await this.unlessStopped(this.makeWorker());
		} catch (error) {
			if (error instanceof Stopped) throw error;
			this.fail((error as Error).message);
			return;
		}
		const sizes = tracked.map(({ num_bytes }) => Math.max(num_bytes, 1));
		const bytes = sizes.reduce((sum, size) => sum + size, 0);
		for (const [index, input] of tracked.entries()) {
			if (input.status !== 'pending') continue;
			const ms = (this.service.behaviour.jobMs * sizes[index]!) / bytes;
			yield* this.workOn({ input, index }, worker, ms);
		}
		yield* this.train(worker);
		const failedAll = tracked.length > 0 && tracked.every(({ status }) => status === 'failed');
		if (failedAll && this.service.behaviour.allInputsFailed === 'FAILED') {
			this.fail(`BackoffLimitExceeded: all ${tracked.length} inputs failed`);
		} else {
			this.journal.completed(this.job);
			this.setStatus('COMPLETED');
		}
	}

	/** Works through one input in about `ms`, with a progress row and perhaps a part at each step. */
	private async *workOn(subject: Subject, worker: Worker, ms: number): AsyncGenerator<Wait, void> {
		this.journal.started(this.job, subject, worker.opening);
		let work: Work;
		try {
			work = await this.unlessStopped(worker.open(subject.input));
		} catch (error) {
			if (error instanceof Stopped) throw error;
			yield ms;
			this.journal.failed(this.job, subject, error as Error);
			return;
		}
		const stepSize = Math.min(Math.ceil(work.items / STEPS), STEP_ITEMS);
		const tally: Tally = { success: 0, failed: 0 };
		let lines = '';
		let part = 0;
		for (let from = 0, to; from < work.items; from = to) {
			const partEnd = Math.min((part + 1) * work.itemsPerPart, work.items);
			to = Math.min(from + stepSize, partEnd);
			yield (ms * (to - from)) / work.items;
			const results = await this.unlessStopped(work.process(from, to));
			lines += results.lines;
			tally.failed += results.failed;
			tally.success += to - from - results.failed;
			if (to === partEnd) {
				await this.writePart(subject.input, work, part++, lines);
				lines = '';
			}
			this.journal.progress(this.job, subject, tally, work.items);
		}
		this.journal.finished(this.job, subject, tally);
	}

	/** Runs the epochs of a training, keeping a checkpoint at each improvement. */
	private async *train(worker: Worker): AsyncGenerator<Wait, void> {
		const { epochs = 0 } = worker;
		if (epochs === 0) return;
		const { behaviour, clock, jobs } = this.service;
		const record = jobs.record(this.job);
		// A training interrupted by a preemption or a restart starts over.
		forgetTraining(record);
		for (let step = 1; step <= epochs; step++) {
			yield behaviour.jobMs / epochs;
			const { metrics, improved } = await this.unlessStopped(worker.epoch!());
			this.journal.trained(this.job, step, epochs, metrics);
			if (!improved) continue;
			const id = randomId('ckp');
			const name = `${this.job.name}-step-${step}`;
			const checkpoint = { id, name, step, metrics, created_at: clock.now(), head: improved };
			record.checkpoints.push(checkpoint);
			this.journal.saved(this.job, checkpoint);
		}
	}

	private async makeWorker(): Promise<Worker> {
		const { seed, pipelineType, pipelineKey, parameters } = this.job.spec;
		const pipeline = findPipeline(pipelineType, pipelineKey);
		if (seed || !pipeline) {
			return madeUpWorker(seed ? Math.round(seed.outputs / Math.max(seed.inputs, 1)) : 1);
		}
		const { config } = (parameters.worker ?? {}) as { config?: unknown };
		const { inputs } = this.service.jobs.record(this.job);
		const ofReference = inputs.filter(({ status }) => status === 'reference');
		const references = ofReference.filter(({ isCheckpoint }) => !isCheckpoint);
		const given = ofReference.find(({ isCheckpoint }) => isCheckpoint);
		const checkpoint = given && this.service.jobs.findCheckpoint(given.file_id);
		if (given && !checkpoint) throw new Error(`checkpoint not found: ${given.file_id}`);
		const read = (input: Input) => this.read(input);
		const { behaviour } = this.service;
		return pipeline.worker(config ?? {}, references, read, behaviour, checkpoint?.head);
	}

	private read(input: Input): Readable {
		const object = this.service.objects.find(input.key.split('/'));
		if (!object) throw new Error(`S3 object not found: ${input.file_id}`);
		return object.read(0, object.bytes);
	}

	private async writePart(input: Input, work: Work, part: number, results: string) {
		const { blobs, clock, jobs } = this.service;
		const blob = await this.unlessStopped(blobs.write(Readable.from([work.header + results])));
		const record = jobs.record(this.job);
		record.outputs.push({
			id: randomId('out'),
			number: record.nextOutput++,
			port_name: portsOf(this.job.spec.pipelineKey).outputs,
			input_id: input.id,
			input_file_id: input.file_id,
			filename: work.partName(part),
			file_type: work.fileType,
			num_bytes: blob.bytes,
			created_at: clock.now(),
			content: { kind: 'blob', blob: blob.id, bytes: blob.bytes, md5: blob.md5 },
		});
	}

	private fail(reason: string) {
		this.service.jobs.record(this.job).error = { message: `Job failed: ${clip(reason)}` };
		this.enter('FAILED');
	}

	/** Records the status and puts the job into it. */
	private enter(status: JobStatus): JobStatus {
		this.journal.status(this.job, status);
		return this.setStatus(status);
	}

	private setStatus(status: JobStatus): JobStatus {
		const { clock, jobs } = this.service;
		return jobs.setStatus(jobs.get(this.job.row), status, clock.now()).status;
	}

	/** Waits for the promise; rejects with {@link Stopped} if the run was stopped meanwhile. */
	private unlessStopped<Value>(promise: Promise<Value>): Promise<Value> {
		return promise.finally(() => {
			if (this.isStopped) throw new Stopped();
		});
	}
}
