import type { INodeExecutionData } from 'n8n-workflow';

import { createJob as createAtService } from '../../api/createJob';
import { findSameJobs, MOST_PAGES } from '../../api/findJobs';
import type { JobRequest } from '../../api/findJobs';
import { jobItem, readJob } from '../../api/jobs';
import type { Job } from '../../api/jobs';
import { perExecution } from '../../api/perExecution';
import { findPipeline } from '../../api/pipelines/find';
import type { Pipeline } from '../../api/pipelines/pipeline';
import { readSimplify, simplifyField } from '../../fields/list';
import { Parameters } from '../../fields/parameters';
import { pipelineField } from '../../fields/pipeline';
import type { Operation, OperationRun, Unfinished } from '../operation';
import {
	createOptions,
	guardOption,
	inputsField,
	inputsJsonField,
	jobForField,
	nameField,
	parametersField,
	settingsField,
	specifyInputsField,
} from './createFields';
import { joinInputs, readInputs } from './createInputs';
import { readRequest } from './createRequest';
import { readWaitOption, untilEnd } from './waiting';

const HOUR_MS = 3_600_000;
/** One client was refused at 37,000 and advises 5,000 at most. */
const MANY_INPUTS = 5_000;

/** What the items of one execution share: pipelines that were looked up, jobs that were made. */
const sharedIn = perExecution(() => ({
	pipelines: new Map<string, Pipeline>(),
	made: new Set<string>(),
}));

/** `POST /batch/jobs` */
export const createJob: Operation = {
	option: {
		name: 'Create',
		value: 'create',
		description:
			'Start a job: a pipeline works through uploaded files. It runs on its own and uses computing time that is paid for.',
		action: 'Create a job',
	},
	fields: [
		...[pipelineField, nameField, jobForField, specifyInputsField, inputsField, inputsJsonField],
		...[settingsField, parametersField, simplifyField, createOptions],
	],
	async execute(run) {
		const { context, itemIndex, parameters } = run;
		if (parameters.choice(jobForField) !== 'allItems') {
			return await made(run, readInputs(parameters));
		}
		if (itemIndex > 0) return [];
		const items = context.getInputData().map((_, item) => item);
		const inputs = items.map((item) => readInputs(Parameters.ofItem(context, item)));
		const pairedItem = items.map((item) => ({ item }));
		return await made(run, joinInputs(inputs), { pairedItem });
	},
};

/** The item of the job that was made, or that was there before; or its end, to be waited for. */
async function made(
	run: OperationRun,
	inputs: ReturnType<typeof readInputs>,
	links: Pick<INodeExecutionData, 'pairedItem'> = {},
): Promise<INodeExecutionData[] | Unfinished> {
	const { client, context, hints, parameters } = run;
	const shared = sharedIn(context);
	const chosen = parameters.id(pipelineField);
	const pipeline = shared.pipelines.get(chosen) ?? (await findPipeline(client, chosen));
	shared.pipelines.set(chosen, pipeline);
	const request = readRequest(client, parameters, pipeline, inputs);
	if (inputs.length >= MANY_INPUTS) {
		hints.add(
			`The job has ${inputs.length} inputs. The service refused a job with some 37,000 as too large; up to ${MANY_INPUTS} are known to work.`,
		);
	}
	const options = parameters.within(createOptions);
	// All that can be wrong is read before a job is made.
	const wait = readWaitOption(options);
	const simplify = readSimplify(parameters);
	const before = await jobBefore(run, request, options);
	const { job, isRecovered } = before
		? { job: before, isRecovered: false }
		: await createAtService(client, request, shared.made);
	shared.made.add(job.id);
	if (isRecovered) {
		hints.add(
			`The answer of the service was lost when the job was created. Job ${job.id} fits in all it says, so it is taken for the one that was made.`,
		);
	}
	const created = before === undefined;
	const items = (row: Job) => [{ json: { ...jobItem(row, simplify), created }, ...links }];
	return wait === undefined ? items(job) : untilEnd(run, job.id, wait, items);
}

/** The job that the duplicate guard finds, as it is now. */
async function jobBefore(
	{ client, hints }: OperationRun,
	request: JobRequest,
	options: Parameters,
): Promise<Job | undefined> {
	const hours = options.wholeNumber(guardOption) ?? 0;
	if (hours === 0) return undefined;
	const since = client.serviceTime() - hours * HOUR_MS;
	const { found, isComplete } = await findSameJobs(client, request, { since });
	const newest = found.sort((a, b) => (a.created_at < b.created_at ? 1 : -1))[0];
	if (newest === undefined && !isComplete) {
		hints.add(
			`Duplicate Guard looked through ${MOST_PAGES * 100} jobs and found none like this one. There are older ones within the ${hours} hours that it did not look at.`,
		);
	}
	return newest && (await readJob(client, newest.id));
}
