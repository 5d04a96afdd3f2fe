import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Service } from '../service';
import { concat, inOrder, pageOf, type Rows } from '../store/rows';
import { inputStatuses, type InputStatus } from '../store/types';
import { jobOf, type JobPath } from './jobs';
import { pageQuery, read, windowOf } from './query';
import { renderEvent, renderInput, renderInputProgress, renderOutput } from './render';

/** Tracked inputs in the order of the buckets that `order` sorts within. */
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

/** `GET /batch/jobs/{id}/inputs`, `…/inputs/progress`, `…/outputs`, `…/events` */
export function jobContentsRoutes(app: FastifyInstance, service: Service) {
	/** Returns the part of a reply that all lists share, and the page's rows. */
	function paged<Row>(rows: Rows<Row>, query: { offset: number; limit: number }) {
		const { offset, limit, from } = windowOf(service.behaviour, query);
		return { page: pageOf(rows, from, limit), envelope: { total: rows.length, offset, limit } };
	}

	app.get<JobPath>('/batch/jobs/:id/inputs', async (request) => {
		const job = jobOf(service, request.params.id);
		const query = read(inputsQuery, request.query);
		const rows = inOrder(service.jobs.contents(job).inputs(query), service.behaviour.listOrder);
		const { page, envelope } = paged(rows, query);
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
		const { page, envelope } = paged(concat(rows), query);
		const items = page.map((row) => renderInputProgress(service, request, job, row));
		return { job_id: job.id, ...envelope, items };
	});

	app.get<JobPath>('/batch/jobs/:id/outputs', async (request) => {
		const job = jobOf(service, request.params.id);
		const query = read(outputsQuery, request.query);
		const rows = inOrder(service.jobs.contents(job).outputs(query), service.behaviour.listOrder);
		const { page, envelope } = paged(rows, query);
		const outputs = page.map((output) => renderOutput(service, request, job, output));
		return { job_id: job.id, ...envelope, outputs };
	});

	app.get<JobPath>('/batch/jobs/:id/events', async (request) => {
		const job = jobOf(service, request.params.id);
		const query = read(eventsQuery, request.query);
		const rows = inOrder(service.jobs.contents(job).events(query), service.behaviour.listOrder);
		const { page, envelope } = paged(rows, query);
		return { job_id: job.id, ...envelope, events: page.map(renderEvent) };
	});
}
