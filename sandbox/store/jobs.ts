import type { Micros } from '../clock';
import { portsOf } from '../pipelines';
import { newRecord, RecordedContents, type JobContents, type JobRecord } from './contents';
import { GeneratedContents } from './generated';
import { JobTable, type JobClassFilter, type JobTableData, type NewJobRow } from './job-table';
import { pageOf, type ListOrder } from './rows';
import { JobSearch } from './search';
import {
	hasEnded,
	type Checkpoint,
	type Input,
	type JobRow,
	type JobSpec,
	type JobStatus,
	type SeededContents,
} from './types';

/** The current state of a job: its own fields and how to read the rest. */
export interface Job extends JobRow {
	row: number;
	name: string;
	spec: JobSpec;
}

export interface JobFilter extends JobClassFilter {
	/** Text to search for in names, ids and pipeline keys. */
	q?: string;
}

/** What the store keeps, as plain data. */
export interface JobStoreData {
	table: JobTableData;
	specs: JobSpec[];
	records: Map<number, JobRecord>;
	nextNumber: number;
}

/** Every job the sandbox knows. */
export class JobStore {
	private table = new JobTable();
	private specs: JobSpec[] = [];
	private records = new Map<number, JobRecord>();
	private search = new JobSearch((row) => this.specAndName(row));
	/** Next id of an event or progress row: plain integers, in one sequence for all jobs. */
	private nextNumber = 1;

	/** Adds a job that will run. Returns it. */
	create(spec: JobSpec, inputs: Input[], createdAt: Micros): Job {
		const number = this.specs.push(spec) - 1;
		const job = { type: spec.pipelineType, spec: number, status: 'PENDING', createdAt } as const;
		const row = this.table.add([job], 1);
		this.records.set(row, newRecord(inputs));
		return this.get(row);
	}

	/** Adds `count` jobs that share a spec. Returns the row of the first. */
	seed(spec: JobSpec, seed: Omit<SeededContents, 'firstRow'>, rows: SeedRows): number {
		const number = this.specs.length;
		this.specs.push({ ...spec, seed: { ...seed, firstRow: this.table.nextRow } });
		return this.table.add(newRows(rows, number, spec), rows.count);
	}

	/** Returns the job with this id, or undefined. */
	find(id: string): Job | undefined {
		const row = this.table.find(id);
		return row === undefined ? undefined : this.get(row);
	}

	get(row: number): Job {
		return { ...this.table.get(row), row, ...this.specAndName(row) };
	}

	/** Returns a page of the jobs that match, and how many match in all. */
	list(
		filter: JobFilter,
		offset: number,
		limit: number,
		order: ListOrder,
	): { total: number; jobs: Job[] } {
		if (filter.q) {
			const rows = this.search.find(this.table, filter.q, filter, order);
			return { total: rows.length, jobs: pageOf(rows, offset, limit).map((row) => this.get(row)) };
		}
		const rows = this.table.page(filter, offset, limit, order);
		return { total: this.table.total(filter), jobs: rows.map((row) => this.get(row)) };
	}

	/** Returns how many jobs match. */
	total(filter: JobClassFilter): number {
		return this.table.total(filter);
	}

	/** Returns the position of a waiting job in its queue, counted from 1. */
	queuePosition(job: Job): number {
		return this.table.rank(job.row) + 1;
	}

	/** Returns the job's contents, read on demand. */
	contents(job: Job): JobContents {
		const record = this.records.get(job.row);
		if (record) return new RecordedContents(record);
		return this.generated(job);
	}

	/** Whether the job has a record; without one, its contents are generated from its status. */
	isRecorded(job: Job): boolean {
		return this.records.has(job.row);
	}

	/** Returns every job that has a record. */
	recorded(): Job[] {
		return [...this.records.keys()].map((row) => this.get(row));
	}

	/** Returns the job's record for writing; this makes a seeded job's contents real. */
	record(job: Job): JobRecord {
		let record = this.records.get(job.row);
		if (!record) {
			const contents = this.generated(job);
			record = newRecord(everything(contents.inputs({})));
			record.outputs = everything(contents.outputs({}));
			record.nextOutput = record.outputs.length;
			record.events = everything(contents.events({}));
			record.progressEntries = everything(contents.progressEntries({}));
			record.progress = new Map(record.progressEntries.map((entry) => [entry.input_id!, entry]));
			record.error = this.errorOf(job);
			this.records.set(job.row, record);
		}
		return record;
	}

	/** Returns the job's `error`: an object for a failed one, else null. */
	errorOf(job: Job): Record<string, unknown> | null {
		if (job.status !== 'FAILED') return null;
		return this.records.get(job.row)?.error ?? { message: 'Job failed: all inputs failed' };
	}

	/**
	 * Sets the job's status as of `at`, and the times that follow from it: an ended job has a start
	 * and an end, a waiting one has neither.
	 */
	setStatus(job: Job, status: JobStatus, at: Micros): Job {
		const runsOrEnds = status !== 'PENDING' && status !== 'ADMITTED';
		const wasNeverStarted = status === 'CANCELLED' && job.startedAt === null;
		const startedAt = status === 'PENDING' ? null : job.startedAt;
		this.table.update(job.row, {
			status,
			updatedAt: at,
			startedAt: runsOrEnds && !wasNeverStarted ? (startedAt ?? at) : startedAt,
			endedAt: hasEnded(status) ? at : null,
			preemptionCount: job.preemptionCount + (status === 'PREEMPTED' ? 1 : 0),
		});
		return this.get(job.row);
	}

	/** Records that something in the job changed. */
	touch(job: Job, at: Micros) {
		this.table.update(job.row, { updatedAt: at });
	}

	/** Puts the job back in the queue and counts the retry. */
	retry(job: Job, at: Micros): Job {
		this.table.update(job.row, { retryCount: job.retryCount + 1 });
		return this.setStatus(job, 'PENDING', at);
	}

	/** Removes the job and all it holds. */
	delete(job: Job) {
		this.table.remove(job.row);
		this.records.delete(job.row);
	}

	/** Returns the checkpoints of the job's training, oldest first. */
	checkpointsOf(job: Job): Checkpoint[] {
		return this.records.get(job.row)?.checkpoints ?? [];
	}

	/** Returns the checkpoint with this id, of any job, or undefined. */
	findCheckpoint(id: string): Checkpoint | undefined {
		for (const { checkpoints } of this.records.values()) {
			const found = checkpoints.find((checkpoint) => checkpoint.id === id);
			if (found) return found;
		}
		return undefined;
	}

	/** Returns the next id of an event or a progress row. */
	takeNumber(): number {
		return this.nextNumber++;
	}

	save(): JobStoreData {
		const { specs, records, nextNumber } = this;
		return { table: this.table.save(), specs, records, nextNumber };
	}

	/** Restores what {@link save} returned, replacing everything. */
	load({ table, specs, records, nextNumber }: JobStoreData) {
		this.clear();
		this.table.load(table);
		this.specs = specs;
		this.records = records;
		this.nextNumber = nextNumber;
	}

	clear() {
		this.table = new JobTable();
		this.specs = [];
		this.records = new Map();
		this.search = new JobSearch((row) => this.specAndName(row));
	}

	private specAndName(row: number): { spec: JobSpec; name: string } {
		const spec = this.specs[this.table.specOf(row)]!;
		const name = spec.seed ? `${spec.name}-${row - spec.seed.firstRow + 1}` : spec.name;
		return { spec, name };
	}

	private generated(job: Job): GeneratedContents {
		const { seed } = job.spec;
		if (!seed) throw new Error(`Job ${job.id} has neither a record nor a seed`);
		const ports = portsOf(job.spec.pipelineKey);
		return new GeneratedContents(job, this.table.idBytes(job.row), seed, ports);
	}
}

/** The jobs of a seed, one by one. */
export interface SeedRows {
	count: number;
	row(index: number): Omit<NewJobRow, 'type' | 'spec'>;
}

function* newRows(rows: SeedRows, spec: number, { pipelineType }: JobSpec): Generator<NewJobRow> {
	for (let i = 0; i < rows.count; i++) yield { type: pipelineType, spec, ...rows.row(i) };
}

function everything<Row>(rows: { length: number; at(index: number): Row | undefined }): Row[] {
	return pageOf(rows, 0, rows.length);
}
