import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { WorkflowTemplate } from '../n8n/client';

/** The example workflows: names of the JSON files in this folder. */
export type ExampleWorkflow =
	'job-completed-write-outputs' | 'job-failed-message' | 'running-jobs-progress';

/** An example workflow as a person would import it. */
export async function readExample(name: ExampleWorkflow): Promise<WorkflowTemplate> {
	const json = await readFile(join(__dirname, `${name}.json`), 'utf8');
	return JSON.parse(json) as WorkflowTemplate;
}

/** The workflow `job-completed-write-outputs`, with the folder that its files go to. */
export async function readOutputsExample(folder: string): Promise<WorkflowTemplate> {
	const template = await readExample('job-completed-write-outputs');
	const node = template.nodes.find(({ name }) => name === 'Output Folder');
	const { assignments } = node?.parameters.assignments as { assignments: [{ value: string }] };
	assignments[0].value = folder;
	return template;
}
