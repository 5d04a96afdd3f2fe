import type { Rows } from './rows';
import type {
	Checkpoint,
	EventFilter,
	Input,
	InputFilter,
	InputProgress,
	InputStatus,
	InputWithProgress,
	JobEvent,
	Output,
	OutputFilter,
	ProgressEntry,
	ProgressFilter,
} from './types';

/** What a job holds besides its own fields; every list is oldest first. */
export interface JobContents {
	progress(): InputProgress;
	inputs(filter: InputFilter): Rows<Input>;
	/** The tracked inputs in one status, ordered by last activity. */
	trackedInputs(status: InputStatus, port_name?: string): Rows<InputWithProgress>;
	outputs(filter: OutputFilter): Rows<Output>;
	/** The output with this number, or undefined. */
	output(number: number): Output | undefined;
	events(filter: EventFilter): Rows<JobEvent>;
	progressEntries(filter: ProgressFilter): Rows<ProgressEntry>;
}

/** Contents as the engine writes them, for jobs that really run. Plain data, so storable. */
export interface JobRecord {
	inputs: Input[];
	outputs: Output[];
	/** Number of the next output: numbers are not reused after a retry. */
	nextOutput: number;
	events: JobEvent[];
	/** All progress entries, and the latest by input id. */
	progressEntries: ProgressEntry[];
	progress: Map<string, ProgressEntry>;
	/** Of a training, oldest first. */
	checkpoints: Checkpoint[];
	error: Record<string, unknown> | null;
	/** Whether the engine runs the job; seeded jobs stay as they are until retried. */
	isLive: boolean;
}

/** Returns the record of a job with these inputs and nothing else yet. */
export function newRecord(inputs: Input[]): JobRecord {
	return {
		...{ inputs, outputs: [], nextOutput: 0, events: [] },
		...{ progressEntries: [], progress: new Map(), checkpoints: [], error: null, isLive: false },
	};
}

/** Reads a record the way the service's lists ask for it. */
export class RecordedContents implements JobContents {
	constructor(private readonly record: JobRecord) {}

	progress(): InputProgress {
		const counts: InputProgress = { pending: 0, processing: 0, completed: 0, failed: 0 };
		for (const { status } of this.record.inputs) if (status !== 'reference') counts[status]++;
		return counts;
	}

	inputs({ port_name, status }: InputFilter): Rows<Input> {
		return this.record.inputs.filter(
			(input) =>
				(!port_name || input.port_name === port_name) && (!status || input.status === status),
		);
	}

	trackedInputs(status: InputStatus, port_name?: string): Rows<InputWithProgress> {
		const ranks = this.completionRanks();
		return [...(this.inputs({ port_name, status }) as Input[])]
			.map((input) => ({
				input,
				latest_progress: this.record.progress.get(input.id) ?? null,
				step: ranks.get(input.id) ?? null,
			}))
			.sort((a, b) => lastActivity(a) - lastActivity(b));
	}

	outputs({ port_name, input_id }: OutputFilter): Rows<Output> {
		return this.record.outputs.filter(
			(output) =>
				(!port_name || output.port_name === port_name) &&
				(!input_id || output.input_id === input_id),
		);
	}

	output(number: number): Output | undefined {
		return this.record.outputs.find((output) => output.number === number);
	}

	events(filter: EventFilter): Rows<JobEvent> {
		return this.record.events.filter((event) => matchesEvent(event, filter));
	}

	progressEntries(filter: ProgressFilter): Rows<ProgressEntry> {
		return this.record.progressEntries.filter((entry) => matchesProgress(entry, filter));
	}

	/** Finished inputs ranked by when they finished; ties by id, as the service says. */
	private completionRanks(): Map<string, number> {
		const finished = this.record.inputs
			.filter((input) => input.completed_at !== null)
			.sort((a, b) => a.completed_at! - b.completed_at! || (a.id < b.id ? -1 : 1));
		return new Map(finished.map((input, index) => [input.id, index + 1]));
	}
}

/** Whether an event passes the filters of the events list. */
export function matchesEvent(event: JobEvent, filter: EventFilter): boolean {
	const { level, event_type, input_id } = filter;
	return (
		(!level || event.level === level) &&
		(!event_type || event.event_type === event_type) &&
		(!input_id || event.input_id === input_id)
	);
}

/** Whether an entry passes the filters of the progress list. */
export function matchesProgress(entry: ProgressEntry, { kind, input_id }: ProgressFilter): boolean {
	return (!kind || entry.kind === kind) && (!input_id || entry.input_id === input_id);
}

function lastActivity({ input, latest_progress }: InputWithProgress): number {
	return input.completed_at ?? latest_progress?.created_at ?? input.created_at;
}
