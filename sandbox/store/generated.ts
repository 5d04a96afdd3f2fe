import { derivedId, derivedIndex } from '../ids';
import { hoursIn } from '../storage/generated-csv';
import { matchesEvent, type JobContents } from './contents';
import { generatedEvents } from './generated-events';
import { concat, type Rows } from './rows';
import type {
	EventFilter,
	Input,
	InputFilter,
	InputProgress,
	InputStatus,
	InputWithProgress,
	JobEvent,
	JobRow,
	Output,
	OutputFilter,
	ProgressEntry,
	ProgressFilter,
	SeededContents,
} from './types';

/** A run of inputs that differ only in their number. */
interface Run {
	status: InputStatus;
	first: number;
	count: number;
}

/**
 * Contents of a seeded job, generated from its id and status on every read, so that a million jobs,
 * or a job with a hundred thousand inputs, take no memory.
 */
export class GeneratedContents implements JobContents {
	constructor(
		private readonly job: JobRow,
		private readonly idBytes: Uint8Array,
		private readonly size: SeededContents,
		private readonly ports: { inputs: string; shots: string; outputs: string },
	) {}

	progress(): InputProgress {
		const progress: InputProgress = { pending: 0, processing: 0, completed: 0, failed: 0 };
		for (const { status, count } of this.runs()) {
			if (status !== 'reference') progress[status] += count;
		}
		return progress;
	}

	inputs({ port_name, status }: InputFilter): Rows<Input> {
		return concat(
			this.runs()
				.filter((run) => !status || run.status === status)
				.filter((run) => !port_name || this.portOf(run) === port_name)
				.map((run) => ({
					length: run.count,
					at: (index) => (index < run.count ? this.input(run, index) : undefined),
				})),
		);
	}

	trackedInputs(status: InputStatus, port_name?: string): Rows<InputWithProgress> {
		if (port_name && port_name !== this.ports.inputs) return [];
		const run = this.runs().find((each) => each.status === status);
		if (!run) return [];
		return {
			length: run.count,
			at: (index) => (index < run.count ? this.tracked(run, index) : undefined),
		};
	}

	outputs({ port_name, input_id }: OutputFilter): Rows<Output> {
		if (port_name && port_name !== this.ports.outputs) return [];
		const made = this.madeOutputs();
		let first = 0;
		let end = made;
		if (input_id) {
			const input = derivedIndex('inp', this.idBytes, input_id);
			if (input < 0 || input >= this.size.inputs) return [];
			first = Math.min(this.firstOutputOf(input), made);
			end = Math.min(this.firstOutputOf(input + 1), made);
		}
		const length = end - first;
		return { length, at: (index) => (index < length ? this.makeOutput(first + index) : undefined) };
	}

	output(number: number): Output | undefined {
		return number < this.madeOutputs() ? this.makeOutput(number) : undefined;
	}

	events(filter: EventFilter): Rows<JobEvent> {
		return generatedEvents(this.job).filter((each) => matchesEvent(each, filter));
	}

	progressEntries({ kind, input_id }: ProgressFilter): Rows<ProgressEntry> {
		const begun = this.runs().filter(
			({ status }) => status !== 'pending' && status !== 'reference',
		);
		const rows = concat(
			begun.map((run) => ({
				length: run.count,
				at: (index) => (index < run.count ? this.progressOf(run, index) : undefined),
			})),
		);
		if (kind && kind !== 'inference') return [];
		if (!input_id) return rows;
		// Inputs that have started come first, so an input's number is the index of its entry.
		const entry = rows.at(derivedIndex('inp', this.idBytes, input_id));
		return entry ? [entry] : [];
	}

	private runs(): Run[] {
		const { inputs, shots } = this.size;
		const half = Math.floor(inputs / 2);
		const counts: Partial<Record<InputStatus, number>> = {};
		switch (this.job.status) {
			case 'PENDING':
			case 'ADMITTED':
				counts.pending = inputs;
				break;
			case 'COMPLETED':
				counts.failed = Math.min(this.size.failedInputs, inputs);
				counts.completed = inputs - counts.failed;
				break;
			case 'FAILED':
				counts.failed = inputs;
				break;
			case 'RUNNING':
				counts.completed = half;
				counts.processing = Math.min(1, inputs - half);
				counts.pending = inputs - half - counts.processing;
				break;
			case 'PREEMPTED':
			case 'CANCELLED':
				counts.completed = half;
				counts.pending = inputs - half;
		}
		const order: InputStatus[] = ['completed', 'failed', 'processing', 'pending'];
		let first = 0;
		const tracked = order.map((status) => {
			const run = { status, first, count: counts[status] ?? 0 };
			first += run.count;
			return run;
		});
		const reference: Run = { status: 'reference', first: inputs, count: shots };
		return [reference, ...tracked].filter(({ count }) => count > 0);
	}

	private portOf({ status }: Run): string {
		return status === 'reference' ? this.ports.shots : this.ports.inputs;
	}

	private input(run: Run, index: number): Input {
		const number = run.first + index;
		const isShot = run.status === 'reference';
		const file_id = isShot ? `shot_${pad(number - run.first)}.csv` : `sensor_${pad(number)}.csv`;
		const isFinished = run.status === 'completed' || run.status === 'failed';
		return {
			id: derivedId('inp', this.idBytes, number),
			port_name: this.portOf(run),
			file_id,
			key: `jobs/${this.job.id}/inputs/${number}/${file_id}`,
			file_type: 'text/csv',
			num_bytes: this.size.inputBytes,
			metadata: isShot ? { class: index % 2 === 0 ? 'running' : 'stopped' } : {},
			status: run.status,
			error_message: run.status === 'failed' ? 'could not parse as dtype i64' : null,
			created_at: this.job.createdAt,
			completed_at: isFinished ? this.timeOf(number, this.size.inputs) : null,
		};
	}

	private tracked(run: Run, index: number): InputWithProgress {
		const input = this.input(run, index);
		const isFinished = run.status === 'completed' || run.status === 'failed';
		return {
			input,
			latest_progress: run.status === 'pending' ? null : this.progressOf(run, index),
			step: isFinished ? run.first + index + 1 : null,
		};
	}

	private progressOf(run: Run, index: number): ProgressEntry {
		const number = run.first + index;
		const percent = run.status === 'processing' ? 50 : 100;
		const failed = run.status === 'failed' ? percent : 0;
		return {
			id: number + 1,
			kind: 'inference',
			step: percent / 10,
			message: `Processing input: ${percent}%`,
			metrics: {
				...{ percent_complete: percent, items_processed: percent, items_total: 100 },
				...{ success: percent - failed, failed },
			},
			payload: {},
			input_id: derivedId('inp', this.idBytes, number),
			index: number,
			created_at: this.timeOf(number, this.size.inputs),
		};
	}

	private madeOutputs(): number {
		const { outputs } = this.size;
		switch (this.job.status) {
			case 'COMPLETED':
				return outputs;
			case 'RUNNING':
			case 'PREEMPTED':
			case 'CANCELLED':
				return Math.floor(outputs / 2);
			default:
				return 0;
		}
	}

	private firstOutputOf(input: number): number {
		return Math.ceil((input * this.size.outputs) / this.size.inputs);
	}

	private makeOutput(number: number): Output {
		const { inputs, outputs, outputBytes } = this.size;
		const input = inputs > 0 ? Math.floor((number * inputs) / outputs) : 0;
		const part = inputs > 0 ? number - this.firstOutputOf(input) : number;
		const stem = `sensor_${pad(input)}`;
		return {
			id: derivedId('out', this.idBytes, number),
			number,
			port_name: this.ports.outputs,
			input_id: inputs > 0 ? derivedId('inp', this.idBytes, input) : null,
			input_file_id: inputs > 0 ? `${stem}.csv` : null,
			filename: `pred_${stem}_part_${part}.csv`,
			file_type: 'text/csv',
			num_bytes: outputBytes,
			created_at: this.timeOf(number, outputs),
			content: { kind: 'generated', bytes: outputBytes, start: number * hoursIn(outputBytes) },
		};
	}

	/** Spreads `count` points in time evenly over the job's run. */
	private timeOf(number: number, count: number): number {
		const { createdAt, updatedAt, startedAt, endedAt } = this.job;
		const from = startedAt ?? createdAt;
		const span = Math.max((endedAt ?? updatedAt) - from, 0);
		return from + Math.floor((span * (number + 1)) / Math.max(count, 1));
	}
}

function pad(number: number): string {
	return String(number + 1).padStart(5, '0');
}
