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

/** The most problems that an error names; the others are counted. */
const MOST_PROBLEMS = 10;

/**
 * The request for what the fields specify. Everything that the pipeline declares about its ports and
 * parameters is checked first.
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

/** The version, if one was chosen; otherwise the service picks the newest. */
function versionToAskFor(parameters: Parameters, pipeline: Pipeline): string | undefined {
	const chosen = parameters.id(pipelineField);
	return chosen === pipeline.id ? pipeline.pipeline_version : choiceFrom(chosen).version;
}

/** The `parameters` of the request: those of the form, overridden by those given as JSON. */
function readParameters(
	parameters: Parameters,
	pipeline: Pipeline,
): { parameters: Schema; problems: Problem[] } {
	const components = Object.keys(pipeline.components ?? {});
	const [component = 'worker'] = components;
	const json = parameters.json(parametersField) ?? {};
	if (!isObject(json)) throw parameters.wrong(parametersField, json, 'an object');
	const unknown = unknownComponents(components, json);
	const values = readForm(parameters);
	if (components.length > 1) {
		// One undocumented schema covers all of them: nothing is checked against it.
		const problems = [...formOfSeveral(components, values), ...unknown];
		return { parameters: json, problems: [...problems, ...shapeProblems(components, json)] };
	}
	const schema = userSchemaOf(pipeline);
	const form = configFrom(settingsOf(schema ?? {}), values);
	const hasForm = Object.keys(form.config).length > 0;
	const all = merged(hasForm ? { [component]: { config: form.config } } : {}, json);
	const problems = [...form.problems, ...unknown, ...shapeProblems([component], all)];
	const { config = {} } = isObject(all[component]) ? all[component] : {};
	if (!isObject(config)) return { parameters: all, problems };
	const sendsUnknown = parameters.within(createOptions).flag(unknownOption) === true;
	const wrong = configProblems(config, schema, pipeline.config_schema ?? undefined);
	problems.push(...wrong.filter(({ kind }) => kind !== 'unknown' || !sendsUnknown));
	return { parameters: all, problems };
}

/** JSON keys that are not components of the pipeline. */
function unknownComponents(components: string[], json: Schema): Problem[] {
	if (components.length === 0) return [];
	const unknown = Object.keys(json).filter((key) => !components.includes(key));
	return unknown.map((key) => ({
		field: parametersField.displayName,
		problem: `has "${key}", but the pipeline has: ${components.join(', ')}. It takes {"${components[0]}": {"config": {…}}}`,
		kind: 'unknown',
	}));
}

/** Form values, which cannot say which of several components they are for. */
function formOfSeveral(components: string[], values: Schema): Problem[] {
	const given = Object.values(values).filter((value) => value !== null && value !== '');
	if (given.length === 0) return [];
	const problem = `cannot be used with a pipeline of several components. Give "${parametersField.displayName}" for each of them: ${components.join(', ')}`;
	return [{ field: settingsField.displayName, problem, kind: 'unknown' }];
}

/** What is wrong with the parameters of components, apart from their settings. */
const shapeProblems = (components: string[], all: Schema): Problem[] =>
	components.flatMap((component): Problem[] => {
		const given = all[component] ?? {};
		const wrong = (field: string, problem: string): Problem => ({ field, problem, kind: 'type' });
		if (!isObject(given)) return [wrong(component, 'must be an object')];
		const { config = {}, parallelism = 1 } = given;
		const isCount = Number.isInteger(parallelism) && Number(parallelism) >= 1;
		return [
			...(isCount
				? []
				: [wrong(`${component}.parallelism`, 'must be a whole number of at least 1')]),
			...(isObject(config) ? [] : [wrong(`${component}.config`, 'must be an object')]),
		];
	});

/** The values of the form as entered: the host's own types turn an empty number into 0. */
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
