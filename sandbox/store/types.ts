import type { Micros } from '../clock';
import type { Head } from '../engine/head';

export const jobStatuses = [
	'PENDING',
	'ADMITTED',
	'RUNNING',
	'PREEMPTED',
	'COMPLETED',
	'FAILED',
	'CANCELLED',
] as const;
export type JobStatus = (typeof jobStatuses)[number];

export const pipelineTypes = ['batch', 'training'] as const;
export type PipelineType = (typeof pipelineTypes)[number];

export const inputStatuses = ['pending', 'processing', 'completed', 'failed', 'reference'] as const;
export type InputStatus = (typeof inputStatuses)[number];

const endStatuses: readonly JobStatus[] = ['COMPLETED', 'FAILED', 'CANCELLED'];

/** Whether a job in this status has ended (FAILED and CANCELLED can be left by a retry). */
export function hasEnded(status: JobStatus): boolean {
	return endStatuses.includes(status);
}

/** Counts over the tracked inputs of a job, the service's `input_progress`. */
export type InputProgress = Record<Exclude<InputStatus, 'reference'>, number>;

/** What changes in a job while it lives. */
export interface JobRow {
	id: string;
	status: JobStatus;
	retryCount: number;
	preemptionCount: number;
	createdAt: Micros;
	updatedAt: Micros;
	startedAt: Micros | null;
	/** When it completed, failed or was cancelled, whichever its status says. */
	endedAt: Micros | null;
}

/** The request that created a job; all jobs of one seed share one. */
export interface JobSpec {
	name: string;
	pipelineType: PipelineType;
	pipelineKey: string;
	pipelineVersion: string;
	parameters: Record<string, unknown>;
	/** Set for seeded jobs, whose contents are made up as they are read. */
	seed?: SeededContents;
}

/** Size of what a seeded job has; bytes are per file. */
export interface SeededContents {
	/** Row of the seed's first job: names are numbered from it. */
	firstRow: number;
	inputs: number;
	failedInputs: number;
	shots: number;
	inputBytes: number;
	outputs: number;
	outputBytes: number;
}

export interface Input {
	id: string;
	port_name: string;
	file_id: string;
	/** It is a checkpoint of a training, which has no file. */
	isCheckpoint?: boolean;
	/** Key of the file in storage. */
	key: string;
	file_type: string;
	num_bytes: number;
	metadata: Record<string, unknown>;
	status: InputStatus;
	error_message: string | null;
	created_at: Micros;
	completed_at: Micros | null;
}

export interface Output {
	id: string;
	/** Place among the job's outputs, counted from 0; part of its key in storage. */
	number: number;
	port_name: string;
	input_id: string | null;
	input_file_id: string | null;
	filename: string;
	file_type: string;
	num_bytes: number;
	created_at: Micros;
	content: OutputContent;
}

/** Bytes kept as a blob, or made up by `generated-csv.ts` from where they start. */
export type OutputContent =
	| { kind: 'blob'; blob: string; bytes: number; md5: string }
	| { kind: 'generated'; bytes: number; start: number };

export interface ProgressEntry {
	id: number;
	kind: string;
	step: number;
	message: string | null;
	metrics: Record<string, number>;
	payload: Record<string, unknown>;
	input_id: string | null;
	index: number | null;
	created_at: Micros;
}

/** What a training left behind: its head as it was after one of its epochs. */
export interface Checkpoint {
	id: string;
	name: string;
	/** The epoch, counted from 1. */
	step: number;
	metrics: Record<string, number>;
	created_at: Micros;
	head: Head;
}

export interface InputWithProgress {
	input: Input;
	latest_progress: ProgressEntry | null;
	/** Rank among the job's finished inputs, counted from 1. */
	step: number | null;
}

export interface JobEvent {
	id: number;
	event_type: string;
	level: 'INFO' | 'WARN' | 'ERROR' | 'SUCCESS' | 'FAILED';
	message: string | null;
	payload: Record<string, unknown>;
	input_id: string | null;
	index: number | null;
	created_at: Micros;
}

export interface InputFilter {
	port_name?: string;
	status?: InputStatus;
}

export interface OutputFilter {
	port_name?: string;
	input_id?: string;
}

export interface EventFilter {
	level?: string;
	event_type?: string;
	input_id?: string;
}

export interface ProgressFilter {
	kind?: string;
	input_id?: string;
}
