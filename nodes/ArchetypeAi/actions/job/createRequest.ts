import type { NodeOperationError } from 'n8n-workflow';

import type { ArchetypeAiClient } from '../../api/client';
import { isObject } from '../../api/envelopes';
import type { JobRequest } from '../../api/findJobs';
import type { Problem } from '../../api/pipelines/check';
import { configFrom, configProblems, merged } from '../../api/pipelines/config';
import { choiceFrom } from '../../api/pipelines/choice';
import { inputProblems } from '../../api/pipelines/inputs';
import type { InputEntry } from '../../api/pipelines/inputs';
import { userSchemaOf } from '../../api/pipelines/pipeline';
import type { Pipeline } from '../../api/pipelines/pipeline';
import type { Schema } from '../../api/pipelines/schema';
import { settingsOf } from '../../api/pipelines/settings';
import type { Parameters } from '../../fields/parameters';
import { pipelineField } from '../../fields/pipeline';
import {
	createOptions,
	nameField,
	parametersField,
	settingsField,
	unknownOption,
} from './createFields';

/** Problems that an error names; the others are counted. */
const MOST_PROBLEMS = 10;

/**
 * What the fields ask for, as it is sent. Everything that the pipeline says of its ports and parameters
 * is checked first.
 *
 * @throws NodeOperationError that names each field that is wrong.
 */
export function readRequest(
	client: ArchetypeAiClient,
	parameters: Parameters,
	pipeline: Pipeline,
	inputs: InputEntry[],
): JobRequest {
	const problems: Problem[] = [];
	const name = parameters.text(nameField) ?? '';
	if (name === '') {
		problems.push({ field: nameField.displayName, problem: 'is empty', kind: 'missing' });
	}
	const ports = pipeline.inputs ?? {};
	if (Object.keys(ports).length > 0) problems.push(...inputProblems(ports, inputs));
	const read = readParameters(parameters, pipeline);
	problems.push(...read.problems);
	if (problems.length > 0) throw wrongFields(client, problems);
	return {
		name,
		type: pipeline.pipeline_type ?? 'batch',
		key: pipeline.pipeline_key,
		version: versionToAskFor(parameters, pipeline),
		inputs,
		parameters: read.parameters,
	};
}

/** The version where one was chosen; left open it is the service's to take the newest. */
function versionToAskFor(parameters: Parameters, pipeline: Pipeline): string | undefined {
	const chosen = parameters.id(pipelineField);
	return chosen === pipeline.id ? pipeline.pipeline_version : choiceFrom(chosen).version;
}

/** The `parameters` of the request: those of the form, and over them those given as JSON. */
function readParameters(
	parameters: Parameters,
	pipeline: Pipeline,
): { parameters: Schema; problems: Problem[] } {
	const components = Object.keys(pipeline.components ?? {});
	const [component = 'worker'] = components;
	const schema = userSchemaOf(pipeline);
	const form = configFrom(settingsOf(schema ?? {}), readForm(parameters));
	const json = parameters.json(parametersField) ?? {};
	const problems = [...form.problems];
	if (!isObject(json)) throw parameters.wrong(parametersField, json, 'an object');
	for (const key of Object.keys(json)) {
		if (components.length === 0 || components.includes(key)) continue;
		const problem = `has "${key}", but the pipeline has: ${components.join(', ')}. It takes {"${component}": {"config": {…}}}`;
		problems.push({ field: parametersField.displayName, problem, kind: 'unknown' });
	}
	const hasForm = Object.keys(form.config).length > 0;
	const all = merged(hasForm ? { [component]: { config: form.config } } : {}, json);
	const sendsUnknown = parameters.within(createOptions).flag(unknownOption) === true;
	const given = isObject(all[component]) ? all[component] : {};
	const { config = {}, parallelism } = given;
	if (parallelism !== undefined && (!Number.isInteger(parallelism) || Number(parallelism) < 1)) {
		const field = `${component}.parallelism`;
		problems.push({ field, problem: 'must be a whole number of at least 1', kind: 'type' });
	}
	if (!isObject(config)) {
		const problem = 'must be an object';
		problems.push({ field: `${component}.config`, problem, kind: 'type' });
		return { parameters: all, problems };
	}
	// A pipeline of several components has a schema for all of them in a form that is not documented.
	const isSingle = components.length <= 1;
	const wrong = isSingle ? configProblems(config, schema, pipeline.config_schema ?? undefined) : [];
	problems.push(...wrong.filter(({ kind }) => kind !== 'unknown' || !sendsUnknown));
	return { parameters: all, problems };
}

/** The values of the form as they were entered: the host's own types make 0 of an empty number. */
function readForm(parameters: Parameters): Schema {
	const form = parameters.json(settingsField);
	const values = isObject(form) ? (form.value ?? {}) : (form ?? {});
	if (!isObject(values))
		throw parameters.wrong(settingsField, values, 'settings with their values');
	return values;
}

function wrongFields(client: ArchetypeAiClient, problems: Problem[]): NodeOperationError {
	const [first] = problems as [Problem];
	const sentences = problems.map(({ field, problem }) => `"${field}" ${problem}.`);
	const left = problems.length - MOST_PROBLEMS;
	const more = left > 0 ? [`… and ${left} more.`] : [];
	return client.usageError(
		problems.length === 1
			? `"${first.field}" ${first.problem}`
			: `${problems.length} fields are wrong, the first: "${first.field}" ${first.problem}`,
		['Nothing was sent. Correct:', ...sentences.slice(0, MOST_PROBLEMS), ...more].join('\n'),
	);
}
