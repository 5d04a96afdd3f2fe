import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { WorkflowTemplate } from '../../tools/n8n/client';

/** The example workflows, by the names of the JSON files in this folder. */
export const EXAMPLES = [
	'alert-once-an-hour',
	'ask-about-jobs',
	'delete-old-files',
	'files-to-job',
	'job-completed-postgres',
	'job-completed-s3',
	'job-completed-write-outputs',
	'job-ended-email-slack',
	'job-ended-slack-app',
	'running-jobs-progress',
	'start-job-of-days',
] as const;

export type ExampleWorkflow = (typeof EXAMPLES)[number];

/** An example workflow as a user would import it. */
export async function readExample(name: ExampleWorkflow): Promise<WorkflowTemplate> {
	const json = await readFile(join(__dirname, `${name}.json`), 'utf8');
	return JSON.parse(json) as WorkflowTemplate;
}

/** The workflow `job-completed-write-outputs`, writing its files to this folder. */
export async function readOutputsExample(folder: string): Promise<WorkflowTemplate> {
	const template = await readExample('job-completed-write-outputs');
	return withFields(template, 'Output Folder', { folder });
}

/** The workflow `files-to-job`, with its input folder and the parameters of its job. */
export async function readFilesExample(
	folder: string,
	parameters: object,
): Promise<WorkflowTemplate> {
	const template = withFields(await readExample('files-to-job'), 'Input Folder', { folder });
	const node = template.nodes.find(({ name }) => name === 'Create Job')!;
	node.parameters.settings = { mappingMode: 'defineBelow', value: null };
	node.parameters.parametersJson = JSON.stringify(parameters);
	return template;
}

/** The workflow with these values in an Edit Fields node, as a user would fill them in. */
export function withFields(
	template: WorkflowTemplate,
	nodeName: string,
	values: Record<string, string | number | boolean>,
): WorkflowTemplate {
	const node = template.nodes.find(({ name }) => name === nodeName);
	const { assignments } = node?.parameters.assignments as {
		assignments: Array<{ name: string; value: string | number | boolean }>;
	};
	for (const field of assignments) field.value = values[field.name] ?? field.value;
	return template;
}
