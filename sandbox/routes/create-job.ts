import { z } from 'zod';
import { invalid, notFound } from '../errors';
import { randomId } from '../ids';
import { describeProblems } from '../options';
import { findPipeline, type Pipeline } from '../pipelines';
import type { Service } from '../service';
import type { Job } from '../store/jobs';
import { pipelineTypes, type Input } from '../store/types';
import { read } from './query';

const body = z.object({
	name: z.string().min(1).max(1000),
	pipeline_type: z.enum(pipelineTypes),
	pipeline_key: z.string().min(1),
	pipeline_version: z.string().optional(),
	inputs: z
		.record(
			z.array(
				z.object({ file_id: z.string().min(1), metadata: z.record(z.unknown()).default({}) }),
			),
		)
		.default({}),
	parameters: z
		.record(
			z.object({
				parallelism: z.number().int().min(1).optional(),
				config: z.record(z.unknown()).optional(),
			}),
		)
		.default({}),
});

type Request = z.output<typeof body>;

/**
 * Creates what the body of `POST /batch/jobs` asks for and sets it going. Returns the job; throws
 * 404 for an unknown pipeline, 400 for ports, files or a config that do not fit.
 */
export function createJob(service: Service, given: unknown): Job {
	const request = read(body, given);
	const pipeline = pipelineOf(request);
	checkPorts(pipeline, request);
	checkConfig(pipeline, request);
	const job = service.jobs.create(
		{
			name: request.name,
			pipelineType: pipeline.type,
			pipelineKey: pipeline.key,
			pipelineVersion: pipeline.version,
			parameters: request.parameters,
		},
		inputsOf(service, pipeline, request),
		service.clock.now(),
	);
	service.engine.begin(job);
	return job;
}

function pipelineOf({ pipeline_type, pipeline_key, pipeline_version }: Request): Pipeline {
	const pipeline = findPipeline(pipeline_type, pipeline_key);
	if (!pipeline) throw notFound(`Pipeline '${pipeline_key}' of type '${pipeline_type}'`);
	if (pipeline_version && pipeline_version !== pipeline.version) {
		throw notFound(`Pipeline '${pipeline_key}' version '${pipeline_version}'`);
	}
	return pipeline;
}

function checkPorts(pipeline: Pipeline, { inputs }: Request) {
	const ports = Object.keys(pipeline.inputs);
	for (const name of Object.keys(inputs)) {
		if (!ports.includes(name)) {
			throw invalid(`inputs: unknown port '${name}', pipeline has: ${ports.join(', ')}`);
		}
	}
	for (const [name, port] of Object.entries(pipeline.inputs)) {
		const given = inputs[name] ?? [];
		if (port.required && given.length === 0) throw invalid(`inputs: port '${name}' is required`);
		const unlabelled = given.find(({ metadata }) => typeof metadata.class !== 'string');
		if (port.labelled && unlabelled) {
			throw invalid(`inputs: ${unlabelled.file_id} on port '${name}' needs metadata.class`);
		}
	}
}

function checkConfig(pipeline: Pipeline, { parameters }: Request) {
	for (const component of Object.keys(parameters)) {
		if (component !== 'worker') throw invalid(`parameters: unknown component '${component}'`);
	}
	const checked = pipeline.config.safeParse(parameters.worker?.config ?? {});
	if (!checked.success) {
		throw invalid(`parameters.worker.config: ${describeProblems(checked.error)}`);
	}
}

function inputsOf(service: Service, pipeline: Pipeline, { inputs }: Request): Input[] {
	const missing = Object.values(inputs)
		.flat()
		.filter(({ file_id }) => !service.files.get(file_id));
	if (missing.length > 0) {
		const names = missing.map(({ file_id }) => file_id).join(', ');
		throw invalid(`Failed to resolve file inputs: ${names}`);
	}
	return Object.entries(inputs).flatMap(([port_name, given]) =>
		given.map(({ file_id, metadata }): Input => {
			const { file_type, num_bytes } = service.files.get(file_id)!;
			return {
				...{ id: randomId('inp'), port_name, file_id, key: `files/${file_id}` },
				...{ file_type, num_bytes, metadata },
				status: pipeline.inputs[port_name]!.tracked ? 'pending' : 'reference',
				error_message: null,
				created_at: service.clock.now(),
				completed_at: null,
			};
		}),
	);
}
