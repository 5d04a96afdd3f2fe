import { z } from 'zod';
import { addOutputs, outputsSchema, type OutputRequest } from './adding-outputs';
import { isoMicros, MICROS_PER_MS } from './clock';
import { invalid, notFound } from './errors';
import { faultSchema, type Fault, type FaultRequest, type ListedFault } from './http/faults';
import type { LoggedRequest, TrafficStats } from './http/traffic';
import {
	changeBehaviour,
	describeProblems,
	type Behaviour,
	type BehaviourRequest,
} from './options';
import { seedJobs, seedSchema, type Seeded, type SeedRequest } from './seeding';
import type { Service } from './service';
import type { Job } from './store/jobs';
import { jobStatuses } from './store/types';

const clockSchema = z
	.object({
		/** Ms to advance the clock by. */
		advance: z.number().min(0).optional(),
		/** Stops the clock, or restarts it. */
		frozen: z.boolean().optional(),
	})
	.strict();

const statusSchema = z
	.object({
		status: z.enum(jobStatuses),
		/** How many ms ago it happened: the job's times say so, as if it was noticed late. */
		agoMs: z.number().min(0).default(0),
		/** The `error` of a FAILED job. */
		error: z.record(z.unknown()).optional(),
	})
	.strict();

const resetSchema = z
	.object({
		/** What to clear; everything by default. */
		only: z
			.array(z.enum(['jobs', 'files', 'faults', 'stats']))
			.default(['jobs', 'files', 'faults', 'stats']),
	})
	.strict();

export type ClockRequest = z.input<typeof clockSchema>;
export type StatusRequest = z.input<typeof statusSchema>;
export type ResetRequest = z.input<typeof resetSchema>;

/**
 * How tests and demos control the sandbox; each function is also a route under `/_sandbox`. All
 * throw a ServiceError that says what is wrong with a request.
 */
export interface Steer {
	/** Adds jobs: a million in seconds, or one with any number of inputs and outputs. */
	seed(request?: SeedRequest): Seeded;
	/** Advances, stops or restarts the clock, running what falls due. Returns the new time. */
	clock(request?: ClockRequest): Promise<{ now: string }>;
	/** Adds faults; returns all added so far, with how often each struck. */
	faults(request?: FaultRequest | FaultRequest[]): Array<Fault & ListedFault>;
	/** Removes one fault, by the `id` it is listed with. */
	removeFault(id: number): { id: number; deleted: true };
	/** Puts a job into any status, with matching times. */
	setJobStatus(id: string, request: StatusRequest): { id: string; status: string };
	/** Adds outputs with given names, bytes and sizes to a job. */
	addOutputs(id: string, requests: OutputRequest[]): Promise<{ ids: string[] }>;
	/** Removes a job, whatever its status. */
	deleteJob(id: string): { id: string; deleted: true };
	/** Changes how the service behaves from now on; returns the resulting behaviour. */
	options(request?: BehaviourRequest): Behaviour;
	/** Returns requests, bytes and connections since the last reset. */
	stats(): TrafficStats;
	/** Returns the last requests, oldest first; at most 1,000. */
	requests(count?: number): LoggedRequest[];
	/** Clears jobs, files, faults and counts, or just some of them. */
	reset(request?: ResetRequest): void;
}

/** Returns the steering of a service. */
export function makeSteer(service: Service): Steer {
	const { clock, engine, faults, jobs, traffic } = service;

	function jobOf(id: string): Job {
		const job = jobs.find(id);
		if (!job) throw notFound(`Job ${id}`);
		return job;
	}

	return {
		seed(request = {}) {
			const seeded = seedJobs(service, check(seedSchema, request));
			service.changed();
			return seeded;
		},

		async clock(request = {}) {
			const { advance, frozen } = check(clockSchema, request);
			if (frozen === true) clock.freeze();
			if (advance !== undefined) await clock.advance(advance);
			if (frozen === false) clock.resume();
			return { now: isoMicros(clock.now()) };
		},

		faults(request = []) {
			const asked = check(z.array(faultSchema), Array.isArray(request) ? request : [request]);
			for (const fault of asked) faults.add(fault);
			return faults.list();
		},

		removeFault(id) {
			if (!faults.remove(id)) throw notFound(`Fault ${id}`);
			return { id, deleted: true };
		},

		setJobStatus(id, request) {
			const { status, agoMs, error } = check(statusSchema, request);
			const at = clock.now() - Math.round(agoMs * MICROS_PER_MS);
			const job = engine.place(jobOf(id), status, at);
			if (error) jobs.record(job).error = error;
			service.changed();
			return { id, status };
		},

		async addOutputs(id, requests) {
			const ids = await addOutputs(service, jobOf(id), check(outputsSchema, requests));
			service.changed();
			return { ids };
		},

		deleteJob(id) {
			engine.delete(jobOf(id));
			service.changed();
			return { id, deleted: true };
		},

		options(request = {}) {
			refusing(() => changeBehaviour(service.behaviour, request));
			engine.limitChanged();
			return { ...service.behaviour };
		},

		stats: () => traffic.read(),
		requests: (count) => traffic.requests(count),

		reset(request = {}) {
			const { only } = check(resetSchema, request);
			if (only.includes('jobs')) {
				engine.stopAll();
				jobs.clear();
			}
			if (only.includes('files')) {
				service.files.load([]);
				service.uploads.load([]);
			}
			void service.blobs.keepOnly(service.blobsInUse());
			service.changed();
			if (only.includes('faults')) faults.clear();
			if (only.includes('stats')) traffic.reset();
		},
	};
}

function check<Schema extends z.ZodTypeAny>(schema: Schema, given: unknown): z.output<Schema> {
	return refusing(() => schema.parse(given) as z.output<Schema>);
}

/** Runs `work`, which checks its arguments, and turns zod's error into the service's 400. */
function refusing<Value>(work: () => Value): Value {
	try {
		return work();
	} catch (error) {
		if (error instanceof z.ZodError) throw invalid(describeProblems(error));
		throw error;
	}
}
