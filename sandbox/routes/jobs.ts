import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { notFound } from '../errors';
import type { Service } from '../service';
import type { Job } from '../store/jobs';
import { jobStatuses, pipelineTypes } from '../store/types';
import { pageQuery, read, windowOf } from './query';
import { renderJob } from './render';

const listQuery = z.object({
	...pageQuery,
	pipeline_type: z.enum(pipelineTypes).optional(),
	status: z.enum(jobStatuses).optional(),
	q: z.string().optional(),
});

/** `GET /batch/jobs`, `GET /batch/jobs/queue`, `GET /batch/jobs/{id}` */
export function jobRoutes(app: FastifyInstance, service: Service) {
	app.get('/batch/jobs', async (request) => {
		const { pipeline_type, status, q, ...page } = read(listQuery, request.query);
		const { offset, limit, from } = windowOf(service.behaviour, page);
		const filter = { pipeline_type, status, q };
		const { total, jobs } = service.jobs.list(filter, from, limit, service.behaviour.listOrder);
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
