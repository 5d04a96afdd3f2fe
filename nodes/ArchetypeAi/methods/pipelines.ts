import type {
	ILoadOptionsFunctions,
	INodeListSearchResult,
	INodePropertyOptions,
	ResourceMapperFields,
} from 'n8n-workflow';

import { ArchetypeAiClient } from '../api/client';
import { choiceText, newestFirst } from '../api/pipelines/choice';
import { findPipeline, readRegistry } from '../api/pipelines/find';
import { userSchemaOf } from '../api/pipelines/pipeline';
import type { Pipeline } from '../api/pipelines/pipeline';
import { settingsOf } from '../api/pipelines/settings';
import { isPlain, plainLabel } from './plain';
import { formFields } from './settingsForm';

/** Published pipelines for the locator's list: each with its newest version first, then every version. */
export async function searchPipelines(
	this: ILoadOptionsFunctions,
	filter = '',
): Promise<INodeListSearchResult> {
	const client = await ArchetypeAiClient.connect(this);
	const rows = newestFirst(await readRegistry(client, { status: 'published' }));
	const byKey = new Map<string, Pipeline[]>();
	for (const row of rows)
		byKey.set(row.pipeline_key, [...(byKey.get(row.pipeline_key) ?? []), row]);
	const results = [...byKey]
		.sort(([a], [b]) => (a < b ? -1 : 1))
		.flatMap(([key, versions]) => [
			{ name: `${titleOf(versions[0]!)} (newest version)`, value: key },
			...versions.map((row) => ({
				name: `${titleOf(row)} ${row.pipeline_version}`,
				value: choiceText({ key, version: row.pipeline_version }),
			})),
		]);
	const wanted = filter.trim().toLowerCase();
	return {
		results: results.filter(
			({ name, value }) => isPlain(value) && `${name} ${value}`.toLowerCase().includes(wanted),
		),
	};
}

const titleOf = ({ name, pipeline_key }: Pipeline): string => plainLabel(name || pipeline_key);

/** The ports of the chosen pipeline that take files. */
export async function getPipelinePorts(
	this: ILoadOptionsFunctions,
): Promise<INodePropertyOptions[]> {
	const pipeline = await chosenPipeline(this);
	return Object.entries(pipeline?.inputs ?? {})
		.filter(([port]) => isPlain(port))
		.map(([port, { description, required }]) => ({
			name: required === true ? `${port} (required)` : port,
			value: port,
			description: description ?? undefined,
		}));
}

/** The parameters of the chosen pipeline as a form. */
export async function getPipelineSettings(
	this: ILoadOptionsFunctions,
): Promise<ResourceMapperFields> {
	const pipeline = await chosenPipeline(this);
	if (pipeline === undefined) {
		return { fields: [], emptyFieldsNotice: 'Choose a pipeline to see its parameters.' };
	}
	const components = Object.keys(pipeline.components ?? {});
	if (components.length > 1) {
		return {
			fields: [],
			emptyFieldsNotice: `This pipeline has several components. Enter the parameters of each as JSON below: ${components.join(', ')}.`,
		};
	}
	const schema = userSchemaOf(pipeline);
	if (schema === undefined) {
		return {
			fields: [],
			emptyFieldsNotice:
				'This pipeline does not describe its parameters. Enter them as JSON below.',
		};
	}
	return { fields: formFields(settingsOf(schema)) };
}

async function chosenPipeline(context: ILoadOptionsFunctions): Promise<Pipeline | undefined> {
	const text = context.getCurrentNodeParameter('pipeline', { extractValue: true });
	if (typeof text !== 'string' || text.trim() === '') return undefined;
	return await findPipeline(await ArchetypeAiClient.connect(context), text.trim());
}
