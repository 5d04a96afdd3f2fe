import type { INodeExecutionData } from 'n8n-workflow';

import { mapConcurrently } from '../../api/concurrency';
import { createJob as createAtService } from '../../api/createJob';
import { findSameJobs, MOST_PAGES } from '../../api/findJobs';
import type { JobRequest } from '../../api/findJobs';
import { jobItem, readJob } from '../../api/jobs';
import type { Job } from '../../api/jobs';
import { perExecution } from '../../api/perExecution';
import { findPipeline } from '../../api/pipelines/find';
import type { Pipeline } from '../../api/pipelines/pipeline';
import { Semaphore } from '../../api/semaphore';
import type { LocalFile } from '../../api/uploads/file';
import { uploadFile } from '../../api/uploads/upload';
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
import type { PlannedInput } from './createInputs';
import { readRequest } from './createRequest';
import { readWaitOption, untilEnd } from './waiting';

const HOUR_MS = 3_600_000;
/** One client was refused with 37,000 inputs, and recommends at most 5,000. */
const MANY_INPUTS = 5_000;
/** Files that are uploaded at the same time. */
const UPLOADS_AT_ONCE = 8;

/** What the items of one execution share: pipelines looked up, jobs created. */
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
			'Start a job: a pipeline processes uploaded files, or files of the incoming items. It runs on its own and uses paid computing time.',
		action: 'Create a job',
	},
	fields: [
		...[pipelineField, nameField, jobForField, specifyInputsField, inputsField, inputsJsonField],
		...[settingsField, parametersField, simplifyField, createOptions],
	],
	async execute(run) {
		const { client, context, itemIndex, parameters } = run;
		if (parameters.choice(jobForField) !== 'allItems') {
			return await made(run, await readInputs(run, parameters));
		}
		if (itemIndex > 0) return [];
		const items = context.getInputData().map((_, item) => item);
		const inputs: PlannedInput[][] = [];
		for (const item of items) {
			const parametersOfItem = Parameters.ofItem(context, item);
			inputs.push(
				await readInputs(
					{ context, client: client.forItem(item), itemIndex: item },
					parametersOfItem,
				),
			);
		}
		const pairedItem = items.map((item) => ({ item }));
		return await made(run, joinInputs(inputs), { pairedItem });
	},
};

/** The item of the job that was created or already existed; or the wait for its end. */
async function made(
	run: OperationRun,
	inputs: PlannedInput[],
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
			`The job has ${inputs.length} inputs. The service once refused a job with about 37,000 as too large; up to ${MANY_INPUTS} are known to work.`,
		);
	}
	const options = parameters.within(createOptions);
	// Everything that can be wrong is checked before a job is created.
	const wait = readWaitOption(options);
	const simplify = readSimplify(parameters);
	const before = await jobBefore(run, request, options);
	if (before === undefined) await uploadInputs(run, inputs);
	const { job, isRecovered } = before
		? { job: before, isRecovered: false }
		: await createAtService(client, request, shared.made);
	shared.made.add(job.id);
	if (isRecovered) {
		hints.add(
			`The answer of the service was lost when the job was created. Job ${job.id} matches in every detail, so it is assumed to be the one created.`,
		);
	}
	const created = before === undefined;
	const items = (row: Job) => [{ json: { ...jobItem(row, simplify), created }, ...links }];
	return wait === undefined ? items(job) : untilEnd(run, job.id, wait, items);
}

/** Uploads the files of binary fields; one that already exists is the same, since its name has the hash of its content. */
async function uploadInputs({ client }: OperationRun, inputs: PlannedInput[]): Promise<void> {
	const files = new Map(inputs.flatMap(({ upload }) => (upload ? [[upload.name, upload]] : [])));
	const connections = new Semaphore(UPLOADS_AT_ONCE);
	const send = async (file: LocalFile) => await uploadFile(client, file, 'skip', connections);
	await mapConcurrently([...files.values()], UPLOADS_AT_ONCE, send, () => client.giveUp());
}

/** The job that the duplicate guard finds, in its current state. */
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
			`Duplicate Guard checked ${MOST_PAGES * 100} jobs and found none like this one. There are older ones within the ${hours} hours that it did not check.`,
		);
	}
	return newest && (await readJob(client, newest.id));
}
