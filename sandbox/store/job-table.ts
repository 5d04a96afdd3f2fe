import type { Micros } from '../clock';
import { decodeId, encodeId, ID_BYTES, randomUuids } from '../ids';
import { IdIndex } from './id-index';
import { ListIndex } from './list-index';
import type { ListOrder } from './rows';
import {
	jobStatuses,
	pipelineTypes,
	type JobRow,
	type JobStatus,
	type PipelineType,
} from './types';

const NO_TIME = 0;

/** The columns, trimmed to their length, as stored on disk. */
export interface JobTableData {
	ids: Uint8Array;
	types: Uint8Array;
	statuses: Uint8Array;
	specs: Uint32Array;
	retries: Uint16Array;
	preemptions: Uint16Array;
	created: Float64Array;
	updated: Float64Array;
	started: Float64Array;
	ended: Float64Array;
	removed: Uint8Array;
}

const columns = Object.keys(emptyData(0)) as Array<keyof JobTableData>;

/** Which jobs a list asks for. */
export interface JobClassFilter {
	pipeline_type?: PipelineType;
	status?: JobStatus;
}

/** What a new job starts with. */
export interface NewJobRow {
	type: PipelineType;
	/** Number of its spec. */
	spec: number;
	status: JobStatus;
	createdAt: Micros;
	updatedAt?: Micros;
	startedAt?: Micros | null;
	endedAt?: Micros | null;
}

/** All jobs, a typed array per field: about 90 bytes per job, indexes included. */
export class JobTable {
	private data: JobTableData = emptyData(1024);
	private readonly ids = new IdIndex(() => this.data.ids);
	private readonly lists = new ListIndex(
		pipelineTypes.length * jobStatuses.length,
		(row) => this.data.created[row]!,
	);
	private count = 0;

	/** Returns the number the next job will have. */
	get nextRow(): number {
		return this.count;
	}

	/** Adds jobs with new random ids. Returns the row of the first one. */
	add(jobs: Iterable<NewJobRow>, count: number): number {
		const first = this.count;
		while (first + count > this.data.specs.length) this.grow();
		this.data.ids.set(randomUuids(count), first * ID_BYTES);
		for (const job of jobs) {
			const row = this.count++;
			this.data.types[row] = pipelineTypes.indexOf(job.type);
			this.data.specs[row] = job.spec;
			this.data.created[row] = job.createdAt;
			this.write(row, {
				status: job.status,
				updatedAt: job.updatedAt ?? job.createdAt,
				startedAt: job.startedAt ?? null,
				endedAt: job.endedAt ?? null,
			});
			this.ids.add(row);
			this.lists.add(row, this.classOf(row));
		}
		return first;
	}

	/** Returns the row of the job with this id, or undefined. */
	find(id: string): number | undefined {
		const bytes = decodeId('job', id);
		const row = bytes && this.ids.find(bytes);
		return row !== undefined && this.lists.has(row) ? row : undefined;
	}

	get(row: number): JobRow {
		const { data } = this;
		return {
			id: this.idOf(row),
			status: jobStatuses[data.statuses[row]!]!,
			retryCount: data.retries[row]!,
			preemptionCount: data.preemptions[row]!,
			createdAt: data.created[row]!,
			updatedAt: data.updated[row]!,
			startedAt: data.started[row]! || null,
			endedAt: data.ended[row]! || null,
		};
	}

	idOf(row: number): string {
		return encodeId('job', this.data.ids, row * ID_BYTES);
	}

	/** Returns the 16 bytes of the job's id. */
	idBytes(row: number): Uint8Array {
		return this.data.ids.slice(row * ID_BYTES, (row + 1) * ID_BYTES);
	}

	specOf(row: number): number {
		return this.data.specs[row]!;
	}

	setSpec(row: number, spec: number) {
		this.data.specs[row] = spec;
	}

	typeOf(row: number): PipelineType {
		return pipelineTypes[this.data.types[row]!]!;
	}

	/** Changes the given fields and leaves the rest. */
	update(row: number, change: Partial<Omit<JobRow, 'id' | 'createdAt'>>) {
		this.write(row, change);
		if (change.status) this.lists.move(row, this.classOf(row));
	}

	remove(row: number) {
		this.data.removed[row] = 1;
		this.lists.remove(row);
	}

	total(filter: JobClassFilter): number {
		return this.lists.total(classesOf(filter));
	}

	page(filter: JobClassFilter, offset: number, limit: number, order: ListOrder): number[] {
		return this.lists.page(classesOf(filter), offset, limit, order);
	}

	/** Returns how many jobs of the same type and status were created before this one. */
	rank(row: number): number {
		return this.lists.rank([this.classOf(row)], row);
	}

	/** Returns a test of whether a row passes the filter; removed jobs never do. */
	matcher(filter: JobClassFilter): (row: number) => boolean {
		const classes = classesOf(filter);
		return (row) => this.lists.matches(row, classes);
	}

	/** Returns the rows in order of creation. */
	oldestFirst(rows: number[]): number[] {
		const { created } = this.data;
		const isInOrder = rows.every((row, i) => i === 0 || created[rows[i - 1]!]! <= created[row]!);
		return isInOrder ? rows : rows.sort((a, b) => created[a]! - created[b]! || a - b);
	}

	/** Returns copies of the columns to store. */
	save(): JobTableData {
		const { data, count } = this;
		const cut = columns.map((name) => {
			const length = name === 'ids' ? count * ID_BYTES : count;
			return [name, data[name].slice(0, length)];
		});
		return Object.fromEntries(cut) as JobTableData;
	}

	/** Restores saved columns. The table must be empty. */
	load(data: JobTableData) {
		this.data = data;
		for (let row = 0; row < data.specs.length; row++) {
			this.count++;
			this.ids.add(row);
			this.lists.add(row, this.classOf(row));
			if (data.removed[row]) this.lists.remove(row);
		}
	}

	private write(row: number, change: Partial<Omit<JobRow, 'id' | 'createdAt'>>) {
		const { data } = this;
		if (change.status) data.statuses[row] = jobStatuses.indexOf(change.status);
		if (change.retryCount !== undefined) data.retries[row] = change.retryCount;
		if (change.preemptionCount !== undefined) data.preemptions[row] = change.preemptionCount;
		if (change.updatedAt !== undefined) data.updated[row] = change.updatedAt;
		if (change.startedAt !== undefined) data.started[row] = change.startedAt ?? NO_TIME;
		if (change.endedAt !== undefined) data.ended[row] = change.endedAt ?? NO_TIME;
	}

	private classOf(row: number): number {
		return this.data.types[row]! * jobStatuses.length + this.data.statuses[row]!;
	}

	private grow() {
		const larger = emptyData(Math.max(this.data.specs.length * 2, 1024));
		for (const name of columns) larger[name].set(this.data[name]);
		this.data = larger;
	}
}

function classesOf({ pipeline_type, status }: JobClassFilter): number[] {
	const types = pipeline_type ? [pipeline_type] : pipelineTypes;
	const statuses = status ? [status] : jobStatuses;
	return types.flatMap((type) =>
		statuses.map(
			(each) => pipelineTypes.indexOf(type) * jobStatuses.length + jobStatuses.indexOf(each),
		),
	);
}

function emptyData(rows: number): JobTableData {
	return {
		ids: new Uint8Array(rows * ID_BYTES),
		types: new Uint8Array(rows),
		statuses: new Uint8Array(rows),
		specs: new Uint32Array(rows),
		retries: new Uint16Array(rows),
		preemptions: new Uint16Array(rows),
		created: new Float64Array(rows),
		updated: new Float64Array(rows),
		started: new Float64Array(rows),
		ended: new Float64Array(rows),
		removed: new Uint8Array(rows),
	};
}
