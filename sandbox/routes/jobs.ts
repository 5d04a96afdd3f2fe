import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { isoMicros } from '../clock';
import { conflict, notFound } from '../errors';
import type { Service } from '../service';
import type { Job } from '../store/jobs';
import { hasEnded, jobStatuses, pipelineTypes } from '../store/types';
import { createJob } from './create-job';
import { pageQuery, read, windowOf } from './query';
import { renderJob } from './render';

const listQuery = z.object({
	...pageQuery,
	pipeline_type: z.enum(pipelineTypes).optional(),
	status: z.enum(jobStatuses).optional(),
	q: z.string().optional(),
});

/** The endpoints of jobs themselves, under `/batch/jobs`. */
export function jobRoutes(app: FastifyInstance, service: Service) {
	app.get('/batch/jobs', async (request) => {
		const { pipeline_type, status, q, ...page } = read(listQuery, request.query);
		const { offset, limit, from } = windowOf(service.behaviour, page);
		const filter = { pipeline_type, status, q };
		const { total, jobs } = service.jobs.list(
			filter,
			from,
			limit,
			service.behaviour.listOrder.jobs,
		);
		return { total, offset, limit, jobs: jobs.map((job) => renderJob(service, job, 'read')) };
	});

	app.get('/batch/jobs/queue', async () => ({
		queues: pipelineTypes.map((pipeline_type) => ({
			pipeline_type,
			depth: service.jobs.total({ pipeline_type, status: 'PENDING' }),
		})),
	}));

	app.get<JobPath>('/batch/jobs/:id', async (request) =>
		renderJob(service, jobOf(service, request.params.id), 'read'),
	);

	app.post('/batch/jobs', async (request, reply) => {
		const job = createJob(service, request.body);
		return reply.code(201).send(renderJob(service, job, 'write'));
	});

	app.post<JobPath>('/batch/jobs/:id/cancel', async (request) => {
		const job = jobOf(service, request.params.id);
		if (hasEnded(job.status)) throw wrongState(job, 'cancelled');
		const { id, status, endedAt } = service.engine.cancel(job);
		return { id, status, cancelled_at: isoMicros(endedAt!) };
	});

	app.post<JobPath>('/batch/jobs/:id/retry', async (request) => {
		const job = jobOf(service, request.params.id);
		if (job.status !== 'FAILED' && job.status !== 'CANCELLED') throw wrongState(job, 'retried');
		const { id, status, retryCount } = service.engine.retry(job);
		return { id, status, retry_count: retryCount };
	});

	app.delete<JobPath>('/batch/jobs/:id', async (request) => {
		const job = jobOf(service, request.params.id);
		// Undocumented; refused because a running worker would be left without its job.
		if (!hasEnded(job.status)) throw wrongState(job, 'deleted');
		service.engine.delete(job);
		return { id: job.id, deleted: true };
	});
}

function wrongState({ id, status }: Job, done: string) {
	return conflict(`Job ${id} is ${status} and cannot be ${done}`);
}

/** Path parameters of everything under a job. */
export interface JobPath {
	Params: { id: string };
}

/** Returns the job with this id. Throws the service's 404. */
export function jobOf(service: Service, id: string): Job {
	const job = service.jobs.find(id);
	if (!job) throw notFound(`Job ${id}`);
	return job;
}
