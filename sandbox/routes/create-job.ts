import { z } from 'zod';
import { invalid, notFound } from '../errors';
import { randomId } from '../ids';
import { describeProblems } from '../options';
import { findPipeline, publishedVersion, type Pipeline } from '../pipelines';
import type { Service } from '../service';
import type { Job } from '../store/jobs';
import { pipelineTypes, type Input } from '../store/types';
import { read } from './query';

const metadata = z.record(z.unknown()).default({});
const checkpoint = z.object({
	kind: z.literal('checkpoint'),
	checkpoint_id: z.string().min(1),
	metadata,
});
const file = z.object({ file_id: z.string().min(1), metadata });

const body = z.object({
	name: z.string().min(1).max(1000),
	pipeline_type: z.enum(pipelineTypes),
	pipeline_key: z.string().min(1),
	pipeline_version: z.string().optional(),
	inputs: z.record(z.array(z.union([checkpoint, file]))).default({}),
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
 * Creates and starts the job that the body of `POST /batch/jobs` asks for. Returns the job; throws
 * 404 for an unknown pipeline, 400 for invalid ports, files or config.
 */
export function createJob(service: Service, given: unknown): Job {
	const request = read(body, given);
	const pipeline = pipelineOf(request);
	const pipelineVersion = versionOf(pipeline, request);
	checkPorts(pipeline, request);
	checkConfig(pipeline, request);
	const job = service.jobs.create(
		{
			name: request.name,
			pipelineType: pipeline.type,
			pipelineKey: pipeline.key,
			pipelineVersion,
			parameters: request.parameters,
		},
		inputsOf(service, pipeline, request),
		service.clock.now(),
	);
	service.engine.begin(job);
	return job;
}

function pipelineOf({ pipeline_type, pipeline_key }: Request): Pipeline {
	const pipeline = findPipeline(pipeline_type, pipeline_key);
	if (!pipeline) throw notFound(`Pipeline '${pipeline_key}' of type '${pipeline_type}'`);
	return pipeline;
}

/** The requested version, even a draft; otherwise the newest published one. */
function versionOf(pipeline: Pipeline, { pipeline_key, pipeline_version }: Request): string {
	if (!pipeline_version) return publishedVersion(pipeline);
	const found = pipeline.registry.versions.find(({ version }) => version === pipeline_version);
	if (!found || found.status === 'deactivated') {
		throw notFound(`Pipeline '${pipeline_key}' version '${pipeline_version}'`);
	}
	return found.version;
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
		const wrongKind = given.find((each) => isCheckpoint(each) !== (port.takesCheckpoints ?? false));
		if (wrongKind) {
			const kind = port.takesCheckpoints ? 'checkpoints' : 'files';
			throw invalid(`inputs: port '${name}' takes ${kind}, not ${nameOf(wrongKind)}`);
		}
		const unlabelled = given.find((each) => typeof each.metadata.class !== 'string');
		if (port.labelled && unlabelled) {
			throw invalid(`inputs: ${nameOf(unlabelled)} on port '${name}' needs metadata.class`);
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
	const { files, jobs } = service;
	const isThere = (each: Given) =>
		isCheckpoint(each) ? jobs.findCheckpoint(each.checkpoint_id) : files.get(each.file_id);
	const missing = Object.values(inputs)
		.flat()
		.filter((each) => !isThere(each));
	if (missing.length > 0) {
		const kind = missing.every(isCheckpoint) ? 'checkpoint' : 'file';
		throw invalid(`Failed to resolve ${kind} inputs: ${missing.map(nameOf).join(', ')}`);
	}
	return Object.entries(inputs).flatMap(([port_name, given]) =>
		given.map((each): Input => ({
			...{ id: randomId('inp'), port_name, ...contentOf(service, each) },
			metadata: each.metadata,
			status: pipeline.inputs[port_name]!.tracked ? 'pending' : 'reference',
			error_message: null,
			created_at: service.clock.now(),
			completed_at: null,
		})),
	);
}

type Given = Request['inputs'][string][number];

const isCheckpoint = (given: Given): given is z.output<typeof checkpoint> => 'kind' in given;

/** Its name in error messages. */
const nameOf = (given: Given): string =>
	isCheckpoint(given) ? given.checkpoint_id : given.file_id;

/** The source of an input. What `file_id` holds for a checkpoint is not documented. */
function contentOf(service: Service, given: Given) {
	if (isCheckpoint(given)) {
		const { checkpoint_id } = given;
		return { file_id: checkpoint_id, key: '', file_type: '', num_bytes: 0, isCheckpoint: true };
	}
	const { file_id } = given;
	const { file_type, num_bytes } = service.files.get(file_id)!;
	return { file_id, key: `files/${file_id}`, file_type, num_bytes };
}
