import type { IDataObject } from 'n8n-workflow';
import { z } from 'zod';

import type { ArchetypeAiClient } from '../client';
import { list } from '../lists';
import type { List } from '../pages';
import { withoutSignatures } from '../redact';
import { idSchema, pick } from '../row';
import type { Schema } from './schema';

const REGISTRY = '/batch/registry/pipelines';

const portSchema = z
	.object({
		name: z.string().nullish(),
		description: z.string().nullish(),
		/** `plain_file_list`, or `n_shot_file_list`, whose files need a label each. */
		mode: z.string().nullish(),
		required: z.boolean().nullish(),
	})
	.passthrough();

const jsonSchema = z.record(z.unknown()).nullish();

/** `GET /batch/registry/pipelines/{id}` and the rows of the list: one for each key and version. */
export const pipelineSchema = z
	.object({
		id: idSchema,
		pipeline_key: z.string().min(1),
		pipeline_version: z.string().min(1),
		pipeline_type: z.string().nullish(),
		name: z.string().nullish(),
		description: z.string().nullish(),
		status: z.string().nullish(),
		visibility: z.string().nullish(),
		created_at: z.string().nullish(),
		components: z.record(z.unknown()).nullish(),
		inputs: z.record(portSchema).nullish(),
		outputs: z.record(z.unknown()).nullish(),
		config_schema: jsonSchema,
		user_config_schema: jsonSchema,
	})
	.passthrough();

export type Pipeline = z.infer<typeof pipelineSchema>;
export type Port = z.infer<typeof portSchema>;

/** `GET /batch/registry/pipelines/{id}/schema`, where the user schema has another name. */
export const pipelineSchemaSchema = z
	.object({
		id: z.string().min(1),
		pipeline_key: z.string().nullish(),
		pipeline_version: z.string().nullish(),
		user_schema: jsonSchema,
		user_config_schema: jsonSchema,
		config_schema: jsonSchema,
		inputs: z.record(portSchema).nullish(),
	})
	.passthrough();

/** The schema of what users enter; undefined when the pipeline has none. */
export const userSchemaOf = ({ user_config_schema }: Pipeline): Schema | undefined =>
	user_config_schema ?? undefined;

/** `GET /batch/registry/pipelines`, with `pipeline_type`, `status` and `visibility`. */
export const pipelines = (client: ArchetypeAiClient, query: IDataObject = {}): List<Pipeline> =>
	list(client, {
		path: REGISTRY,
		key: 'pipelines',
		row: pipelineSchema,
		idOf: ({ id }) => id,
		subject: 'The list of pipelines',
		query,
	});

/**
 * `GET /batch/registry/pipelines/{id}`
 *
 * @throws NodeApiError when it cannot be read.
 */
export const readPipeline = async (client: ArchetypeAiClient, id: string): Promise<Pipeline> =>
	await client.request({ path: `${REGISTRY}/${id}`, subject: `Pipeline ${id}` }, pipelineSchema);

/**
 * `GET /batch/registry/pipelines/{id}/schema`
 *
 * @throws NodeApiError when it cannot be read.
 */
export const readPipelineSchema = async (
	client: ArchetypeAiClient,
	id: string,
): Promise<z.infer<typeof pipelineSchemaSchema>> =>
	await client.request(
		{ path: `${REGISTRY}/${id}/schema`, subject: `The schema of pipeline ${id}` },
		pipelineSchemaSchema,
	);

export const pipelineItem = (pipeline: Pipeline, simplify: boolean): IDataObject =>
	withoutSignatures(
		simplify
			? pick(
					[pipeline, ['id', 'pipeline_key', 'pipeline_version', 'name', 'description']],
					[pipeline, ['pipeline_type', 'visibility', 'status', 'inputs', 'outputs']],
				)
			: (pipeline as IDataObject),
	);
