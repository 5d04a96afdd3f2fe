import type { FastifyRequest } from 'fastify';
import { isoMicros, type Micros } from '../clock';
import { ORGANISATION, type Service } from '../service';
import type { Job } from '../store/jobs';
import type {
	Checkpoint,
	Input,
	InputWithProgress,
	JobEvent,
	Output,
	ProgressEntry,
} from '../store/types';

/**
 * Returns the Job object of `GET /batch/jobs/{id}` and of the list. On replies to writes the
 * service leaves `input_progress` null.
 */
export function renderJob(service: Service, job: Job, on: 'read' | 'write') {
	const { spec, status, startedAt, endedAt } = job;
	const isQueued = status === 'PENDING';
	const endedAs = (end: string) => (status === end ? isoOrNull(endedAt) : null);
	return {
		id: job.id,
		org_id: ORGANISATION,
		name: job.name,
		pipeline_type: spec.pipelineType,
		pipeline_key: spec.pipelineKey,
		pipeline_version: spec.pipelineVersion,
		status,
		parameters: spec.parameters,
		retry_count: job.retryCount,
		preemption_count: job.preemptionCount,
		queue_position: isQueued ? service.jobs.queuePosition(job) : null,
		queue_depth: isQueued
			? service.jobs.total({ pipeline_type: spec.pipelineType, status: 'PENDING' })
			: null,
		input_progress: on === 'read' ? service.jobs.contents(job).progress() : null,
		created_at: isoMicros(job.createdAt),
		updated_at: isoMicros(job.updatedAt),
		started_at: isoOrNull(startedAt),
		completed_at: endedAs('COMPLETED'),
		failed_at: endedAs('FAILED'),
		cancelled_at: endedAs('CANCELLED'),
		error: service.jobs.errorOf(job),
	};
}

/** Returns an Input of `GET /batch/jobs/{id}/inputs`, with a fresh link to its file. */
export function renderInput(service: Service, request: FastifyRequest, job: Job, input: Input) {
	return {
		id: input.id,
		job_id: job.id,
		port_name: input.port_name,
		file_id: input.file_id,
		data: input.isCheckpoint ? null : renderFile(service, request, input),
		status: input.status,
		error_message: input.error_message,
		created_at: isoMicros(input.created_at),
		completed_at: isoOrNull(input.completed_at),
	};
}

/** Returns the DataRef of an input's file. */
function renderFile(service: Service, request: FastifyRequest, input: Input) {
	const { path } = service.links.sign('GET', input.key, service.behaviour.linkTtlMs);
	return {
		ref: `${storageOrigin(service, request)}${path}`,
		filename: input.file_id,
		file_type: input.file_type,
		file_extension: extensionOf(input.file_id),
		num_bytes: input.num_bytes,
		metadata: input.metadata,
		file_tags: null,
		file_attributes: null,
	};
}

/** Returns an item of `GET /batch/jobs/{id}/inputs/progress`. */
export function renderInputProgress(
	service: Service,
	request: FastifyRequest,
	job: Job,
	{ input, latest_progress, step }: InputWithProgress,
) {
	return {
		input: renderInput(service, request, job, input),
		latest_progress: latest_progress && renderEntry(latest_progress),
		step,
	};
}

/** Returns an Output of `GET /batch/jobs/{id}/outputs`: its link is fresh on every call. */
export function renderOutput(service: Service, request: FastifyRequest, job: Job, output: Output) {
	const { behaviour } = service;
	const link = service.links.sign('GET', outputKey(job, output), behaviour.linkTtlMs);
	const isPresigned = behaviour.refStyle === 'presigned';
	return {
		id: output.id,
		job_id: job.id,
		port_name: output.port_name,
		input_id: output.input_id,
		input_file_id: output.input_file_id,
		data: {
			ref: isPresigned
				? `${storageOrigin(service, request)}${link.path}`
				: `/files/download/${downloadName(job, output)}`,
			filename: output.filename,
			file_type: output.file_type,
			file_extension: extensionOf(output.filename),
			num_bytes: output.num_bytes + behaviour.numBytesOffset,
			metadata: {},
		},
		expires_at: isPresigned && !behaviour.nullExpiry ? isoMicros(link.expiresAt) : null,
		created_at: isoMicros(output.created_at),
	};
}

/** Returns an event or a progress entry with its time in the service's format. */
export function renderEntry<Row extends JobEvent | ProgressEntry>(row: Row) {
	return { ...row, created_at: isoMicros(row.created_at) };
}

/** Returns a checkpoint as the fine-tuning example reads it. */
export function renderCheckpoint({ id, name, step, metrics, created_at }: Checkpoint) {
	return { id, name, step, metrics, created_at: isoMicros(created_at) };
}

/** Returns the key of an output in storage. */
export function outputKey(job: Job, output: Output): string {
	return `jobs/${job.id}/outputs/${output.number}/${safeName(output.filename)}`;
}

/** Returns the origin of storage, on the host name by which the client reached the API. */
export function storageOrigin(service: Service, request: FastifyRequest): string {
	return `http://${request.hostname}:${service.storagePort}`;
}

/** The name under which `GET /files/download/{file_id}` finds an output. */
function downloadName(job: Job, output: Output): string {
	return `${job.id}-${output.number}-${safeName(output.filename)}`;
}

/** Storage keys keep only the plain characters of a name, so that no client alters the path. */
function safeName(filename: string): string {
	const name = filename.replace(/[^\w.-]+/g, '_').slice(0, 100);
	return /^\.*$/.test(name) ? '_' : name;
}

function extensionOf(filename: string): string {
	return /\.[^./\\]+$/.exec(filename)?.[0] ?? '';
}

/** Returns a time in the service's format, or null. */
export function isoOrNull(time: Micros | null): string | null {
	return time === null ? null : isoMicros(time);
}
