import { z } from 'zod';
import { MICROS_PER_MS } from './clock';
import { findPipeline, publishedVersion } from './pipelines';
import type { Service } from './service';
import type { SeedRows } from './store/jobs';
import { hasEnded, jobStatuses, pipelineTypes, type JobStatus } from './store/types';

const DEFAULT_AGE_MS = 30 * 24 * 3_600_000;

const count = (otherwise: number) => z.number().int().min(0).default(otherwise);

/** Body of `POST /_sandbox/seed`; everything is optional. */
export const seedSchema = z
	.object({
		/** Jobs to add. */
		count: z.number().int().min(1).default(1),
		/** Status of all of them. By default: 92% COMPLETED, 5% FAILED, 3% CANCELLED. */
		status: z.enum(jobStatuses).optional(),
		/** How many of them are RUNNING instead, spread evenly from oldest to newest. */
		active: count(0),
		/** Prefix of the jobs' names, followed by a number. */
		name: z.string().default('seeded'),
		pipelineType: z.enum(pipelineTypes).default('batch'),
		pipelineKey: z.string().default('machine-state-classification'),
		pipelineVersion: z.string().optional(),
		parameters: z.record(z.unknown()).default({}),
		/**
		 * Age in ms of the oldest job (default: 30 days if there are several) and of the newest; the
		 * others are spaced evenly in between.
		 */
		oldestMs: z.number().min(0).optional(),
		newestMs: z.number().min(0).default(0),
		/** Ms from a job's creation to its end. */
		durationMs: z.number().min(0).default(600_000),
		/** What each job has. Bytes are per file; their content is generated on read. */
		inputs: count(1),
		failedInputs: count(0),
		shots: count(2),
		inputBytes: count(100_000),
		outputs: count(1),
		outputBytes: count(147_000),
	})
	.strict()
	.refine(({ active, count: jobs }) => active <= jobs, 'active: more than count');

export type SeedRequest = z.input<typeof seedSchema>;

/** What was seeded; not all ids, which would be a lot of text for a million jobs. */
export interface Seeded {
	count: number;
	/** Ids of the first jobs, oldest first; at most 1,000. */
	ids: string[];
}

const IDS_RETURNED = 1000;

/** Adds jobs that exist but do not run; only steering, a cancel or a retry changes them. */
export function seedJobs(service: Service, request: z.output<typeof seedSchema>): Seeded {
	const { jobs } = service;
	const { inputs, failedInputs, shots, inputBytes, outputs, outputBytes } = request;
	const pipeline = findPipeline(request.pipelineType, request.pipelineKey);
	const version = pipeline && publishedVersion(pipeline);
	const first = jobs.seed(
		{
			name: request.name,
			pipelineType: request.pipelineType,
			pipelineKey: request.pipelineKey,
			pipelineVersion: request.pipelineVersion ?? version ?? '1.0.0',
			parameters: request.parameters,
		},
		{ inputs, failedInputs, shots, inputBytes, outputs, outputBytes },
		rowsOf(service, request),
	);
	const ids = Math.min(request.count, IDS_RETURNED);
	return {
		count: request.count,
		ids: Array.from({ length: ids }, (_, index) => jobs.get(first + index).id),
	};
}

function rowsOf(service: Service, request: z.output<typeof seedSchema>): SeedRows {
	const now = service.clock.now();
	const { newestMs, oldestMs = request.count > 1 ? DEFAULT_AGE_MS : newestMs } = request;
	const oldest = now - Math.round(oldestMs * MICROS_PER_MS);
	const newest = now - Math.round(newestMs * MICROS_PER_MS);
	const step = (newest - oldest) / Math.max(request.count - 1, 1);
	const duration = Math.round(request.durationMs * MICROS_PER_MS);
	return {
		count: request.count,
		row(index) {
			const status = statusOf(request, index);
			const createdAt = Math.round(oldest + step * index);
			const endedAt = Math.min(createdAt + duration, now);
			const startedAt = createdAt + Math.floor((endedAt - createdAt) / 10);
			const isWaiting = status === 'PENDING' || status === 'ADMITTED';
			return {
				status,
				createdAt,
				updatedAt: isWaiting ? createdAt : hasEnded(status) ? endedAt : startedAt,
				startedAt: isWaiting ? null : startedAt,
				endedAt: hasEnded(status) ? endedAt : null,
			};
		},
	};
}

function statusOf({ count: jobs, active, status }: SeedRequest, index: number): JobStatus {
	const every = jobs! / active!;
	if (active! > 0 && Math.floor((index + 1) / every) > Math.floor(index / every)) return 'RUNNING';
	if (status) return status;
	const percent = (index * 37) % 100;
	return percent < 92 ? 'COMPLETED' : percent < 97 ? 'FAILED' : 'CANCELLED';
}
