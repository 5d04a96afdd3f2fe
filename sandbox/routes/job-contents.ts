import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Service } from '../service';
import { concat, inOrder } from '../store/rows';
import { inputStatuses, type InputStatus } from '../store/types';
import { jobOf, type JobPath } from './jobs';
import { pageFrom, pageOfOrdered, pageQuery, read } from './query';
import {
	renderCheckpoint,
	renderEntry,
	renderInput,
	renderInputProgress,
	renderOutput,
} from './render';
import { etagOf, tracesOf, tracesQuery } from './traces';

/** Buckets of tracked inputs, in order; `order` sorts within each. */
const buckets: InputStatus[] = ['processing', 'pending', 'completed', 'failed'];

const inputsQuery = z.object({
	...pageQuery,
	port_name: z.string().optional(),
	status: z.enum(inputStatuses).optional(),
});

const progressQuery = z.object({
	...pageQuery,
	port_name: z.string().optional(),
	// `status=a&status=b` arrives as an array, a single one as a string.
	status: z
		.union([z.array(z.enum(inputStatuses)), z.enum(inputStatuses).transform((one) => [one])])
		.default([]),
	order: z.enum(['asc', 'desc']).default('asc'),
});

const outputsQuery = z.object({
	...pageQuery,
	port_name: z.string().optional(),
	input_id: z.string().optional(),
});

const eventsQuery = z.object({
	...pageQuery,
	level: z.string().optional(),
	event_type: z.string().optional(),
	input_id: z.string().optional(),
});

const entriesQuery = z.object({
	...pageQuery,
	kind: z.string().optional(),
	input_id: z.string().optional(),
});

const countsQuery = z.object({ port_name: z.string().optional() });

/** The lists of a job's contents, and its counts and traces, under `/batch/jobs/{id}`. */
export function jobContentsRoutes(app: FastifyInstance, service: Service) {
	const { behaviour } = service;

	app.get<JobPath>('/batch/jobs/:id/inputs', async (request) => {
		const job = jobOf(service, request.params.id);
		const query = read(inputsQuery, request.query);
		const rows = service.jobs.contents(job).inputs(query);
		const { page, envelope } = pageFrom(behaviour, 'inputs', rows, query);
		const inputs = page.map((input) => renderInput(service, request, job, input));
		return { job_id: job.id, ...envelope, inputs };
	});

	app.get<JobPath>('/batch/jobs/:id/inputs/progress', async (request) => {
		const job = jobOf(service, request.params.id);
		const query = read(progressQuery, request.query);
		const contents = service.jobs.contents(job);
		const direction = query.order === 'asc' ? 'oldest' : 'newest';
		const rows = buckets
			.filter((status) => query.status.length === 0 || query.status.includes(status))
			.map((status) => inOrder(contents.trackedInputs(status, query.port_name), direction));
		const { page, envelope } = pageOfOrdered(behaviour, concat(rows), query);
		const items = page.map((row) => renderInputProgress(service, request, job, row));
		return { job_id: job.id, ...envelope, items };
	});

	app.get<JobPath>('/batch/jobs/:id/inputs/progress/counts', async (request) => {
		const job = jobOf(service, request.params.id);
		const { port_name } = read(countsQuery, request.query);
		const contents = service.jobs.contents(job);
		const count = (status: InputStatus) => contents.inputs({ port_name, status }).length;
		const counts = buckets.map((status) => [status, count(status)]);
		return { job_id: job.id, ...Object.fromEntries(counts) };
	});

	app.get<JobPath>('/batch/jobs/:id/inputs/progress/traces', async (request, reply) => {
		const job = jobOf(service, request.params.id);
		const { buckets } = read(tracesQuery, request.query);
		const traces = await tracesOf(service, job, buckets);
		const etag = etagOf(job, buckets, traces);
		reply.header('etag', etag);
		const known = request.headers['if-none-match']?.split(/\s*,\s*/) ?? [];
		if (known.includes(etag) || known.includes('*')) return reply.code(304).send();
		return traces;
	});

	app.get<JobPath>('/batch/jobs/:id/outputs', async (request) => {
		const job = jobOf(service, request.params.id);
		const query = read(outputsQuery, request.query);
		const rows = service.jobs.contents(job).outputs(query);
		const { page, envelope } = pageFrom(behaviour, 'outputs', rows, query);
		const outputs = page.map((output) => renderOutput(service, request, job, output));
		return { job_id: job.id, ...envelope, outputs };
	});

	app.get<JobPath>('/batch/jobs/:id/events', async (request) => {
		const job = jobOf(service, request.params.id);
		const query = read(eventsQuery, request.query);
		const rows = service.jobs.contents(job).events(query);
		const { page, envelope } = pageFrom(behaviour, 'events', rows, query);
		return { job_id: job.id, ...envelope, events: page.map(renderEntry) };
	});

	app.get<JobPath>('/batch/jobs/:id/progress', async (request) => {
		const job = jobOf(service, request.params.id);
		const query = read(entriesQuery, request.query);
		const rows = service.jobs.contents(job).progressEntries(query);
		const { page, envelope } = pageFrom(behaviour, 'progress', rows, query);
		return { job_id: job.id, ...envelope, entries: page.map(renderEntry) };
	});

	// Undocumented: the fine-tuning example requests it.
	app.get<JobPath>('/batch/jobs/:id/checkpoints', async (request) => {
		const job = jobOf(service, request.params.id);
		const query = read(z.object(pageQuery), request.query);
		const rows = service.jobs.checkpointsOf(job);
		const { page, envelope } = pageFrom(behaviour, 'checkpoints', rows, query);
		return { job_id: job.id, ...envelope, checkpoints: page.map(renderCheckpoint) };
	});
}
