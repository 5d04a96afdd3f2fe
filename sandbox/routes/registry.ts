import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { notFound } from '../errors';
import type { RegistryVersion } from '../pipeline-schemas';
import { pipelines, type Pipeline } from '../pipelines';
import type { Service } from '../service';
import { pipelineTypes } from '../store/types';
import { pageFrom, pageQueryOf, read } from './query';

/** The sample of the list without a `limit` shows this one. */
const DEFAULT_LIMIT = 20;

const listQuery = z.object({
	...pageQueryOf(DEFAULT_LIMIT),
	pipeline_type: z.enum(pipelineTypes).optional(),
	visibility: z.enum(['platform', 'org']).optional(),
	status: z.enum(['draft', 'published', 'deactivated', 'deleted']).optional(),
});

interface PipelinePath {
	Params: { id: string };
}

/** The pipelines that can run, under `/batch/registry/pipelines`. */
export function registryRoutes(app: FastifyInstance, service: Service) {
	app.get('/batch/registry/pipelines', async (request) => {
		const query = read(listQuery, request.query);
		const rows = allVersions().filter((row) =>
			(['pipeline_type', 'visibility', 'status'] as const).every(
				(name) => query[name] === undefined || query[name] === row[name],
			),
		);
		const { page, envelope } = pageFrom(service.behaviour, 'pipelines', rows, query);
		return { ...envelope, pipelines: page };
	});

	app.get<PipelinePath>('/batch/registry/pipelines/:id', async ({ params }) =>
		versionOf(params.id),
	);

	app.get<PipelinePath>('/batch/registry/pipelines/:id/schema', async ({ params }) => {
		const { id, pipeline_key, pipeline_version, user_config_schema, config_schema, ...rest } =
			versionOf(params.id);
		const { inputs, outputs } = rest;
		// Its name here differs from the one in the pipeline itself.
		const user_schema = user_config_schema;
		return { id, pipeline_key, pipeline_version, user_schema, config_schema, inputs, outputs };
	});
}

function versionOf(id: string) {
	const version = allVersions().find((each) => each.id === id);
	if (!version) throw notFound(`Pipeline ${id}`);
	return version;
}

/** A row for each version of each pipeline, oldest first. */
const allVersions = () =>
	pipelines
		.flatMap((pipeline) => pipeline.registry.versions.map((each) => renderVersion(pipeline, each)))
		.sort((a, b) => a.created_at.localeCompare(b.created_at));

function renderVersion(pipeline: Pipeline, { id, version, status, createdAt }: RegistryVersion) {
	const { registry, inputs, output } = pipeline;
	const ports = Object.entries(inputs).map(([port, { description, ...of }]) => [
		port,
		{
			name: port,
			description,
			mode: of.labelled ? 'n_shot_file_list' : 'plain_file_list',
			distribute: of.tracked ? 'scatter' : 'replicate',
			required: of.required,
			tracked: of.tracked,
		},
	]);
	return {
		id,
		pipeline_key: pipeline.key,
		pipeline_version: version,
		name: registry.name,
		description: registry.description,
		pipeline_type: pipeline.type,
		components: { worker: registry.component },
		default_config: { worker: { parallelism: 1, config: registry.defaults } },
		config_schema: registry.configSchema,
		user_config_schema: registry.userSchema,
		edges: [],
		inputs: Object.fromEntries(ports) as Record<string, object>,
		outputs: output ? { [output]: { name: output, description: registry.outputDescription } } : {},
		retry_policy: { max_retries: 0 },
		visibility: 'platform',
		org_id: null,
		status,
		created_at: createdAt,
		updated_at: createdAt,
	};
}
