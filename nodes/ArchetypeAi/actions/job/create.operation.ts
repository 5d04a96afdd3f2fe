import type { INodeExecutionData, NodeApiError } from 'n8n-workflow';

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

/** Jobs that an error names. */
const MOST_NAMED = 10;

/** What an item asks for, once everything that can be wrong is checked. */
interface Plan {
	inputs: PlannedInput[];
	request: JobRequest;
	/** Hours of the duplicate guard; 0 when it is off. */
	guardHours: number;
	/** Undefined when the end is not waited for. */
	wait: ReturnType<typeof readWaitOption>;
	simplify: boolean;
}

/** What the items of one execution share: plans, pipelines looked up, jobs created. */
const sharedIn = perExecution(() => ({
	plans: new Map<number, Promise<Plan>>(),
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
		const { context, itemIndex, parameters } = run;
		if (parameters.choice(jobForField) !== 'allItems') {
			return await made(run, await planOfItem(run));
		}
		if (itemIndex > 0) return [];
		const items = context.getInputData().map((_, item) => item);
		const inputs: PlannedInput[][] = [];
		for (const item of items) {
			const other = forItem(run, item);
			inputs.push(await readInputs(other, other.parameters));
		}
		const pairedItem = items.map((item) => ({ item }));
		return await made(run, await planOf(run, joinInputs(inputs)), { pairedItem });
	},
};

/** The same run for another of the items. */
const forItem = (run: OperationRun, itemIndex: number): OperationRun => ({
	...run,
	itemIndex,
	client: run.client.forItem(itemIndex),
	parameters: Parameters.ofItem(run.context, itemIndex),
});

/**
 * What the item asks for. The first item plans those of all items, so that no job is started before
 * everything that can be wrong with any of them is checked.
 */
async function planOfItem(run: OperationRun): Promise<Plan> {
	const { context, itemIndex } = run;
	const { plans } = sharedIn(context);
	const known = plans.get(itemIndex);
	if (known !== undefined) return await known;
	for (let item = itemIndex; item < context.getInputData().length; item++) {
		// Another item can have another operation, by an expression.
		const isCreate = context.getNodeParameter('operation', item) === createJob.option.value;
		if (!isCreate) continue;
		const other = item === itemIndex ? run : forItem(run, item);
		const plan = readInputs(other, other.parameters).then((inputs) => planOf(other, inputs));
		plans.set(item, plan);
		// With On Error: Continue, the error is that of its own item.
		await plan.catch((error: NodeApiError) => {
			if (!context.continueOnFail()) throw error;
		});
	}
	return await plans.get(itemIndex)!;
}

/** @throws NodeOperationError that names each field that is wrong. */
async function planOf(run: OperationRun, inputs: PlannedInput[]): Promise<Plan> {
	const { client, context, parameters } = run;
	const { pipelines } = sharedIn(context);
	const chosen = parameters.id(pipelineField);
	const pipeline = pipelines.get(chosen) ?? (await findPipeline(client, chosen));
	pipelines.set(chosen, pipeline);
	const options = parameters.within(createOptions);
	return {
		inputs,
		request: readRequest(client, parameters, pipeline, inputs),
		guardHours: options.wholeNumber(guardOption) ?? 0,
		wait: readWaitOption(options),
		simplify: readSimplify(parameters),
	};
}

/** The item of the job that was created or already existed; or the wait for its end. */
async function made(
	run: OperationRun,
	{ inputs, request, guardHours, wait, simplify }: Plan,
	links: Pick<INodeExecutionData, 'pairedItem'> = {},
): Promise<INodeExecutionData[] | Unfinished> {
	const { client, context, hints } = run;
	const shared = sharedIn(context);
	if (inputs.length >= MANY_INPUTS) {
		hints.add(
			`The job has ${inputs.length} inputs. The service once refused a job with about 37,000 as too large; up to ${MANY_INPUTS} are known to work.`,
		);
	}
	const before = await jobBefore(run, request, guardHours);
	if (before === undefined) await uploadInputs(run, inputs);
	const { job, isRecovered } = before
		? { job: before, isRecovered: false }
		: await createAtService(client, request, shared.made).catch((error: NodeApiError) => {
				throw withStarted(error, shared.made);
			});
	shared.made.add(job.id);
	if (isRecovered) {
		hints.add(
			`The answer of the service was lost when the job was created. Job ${job.id} matches in every detail, so it is assumed to be the one created.`,
		);
	}
	const created = before === undefined;
	const items = (row: Job) => [
		{
			json: { ...jobItem(row, simplify), created, ...(isRecovered && { recovered: true }) },
			...links,
		},
	];
	return wait === undefined ? items(job) : untilEnd(run, job.id, wait, items);
}

/** The error, which also names the jobs that run already: their items are not shown. */
function withStarted(error: NodeApiError, made: ReadonlySet<string>): NodeApiError {
	if (made.size === 0) return error;
	const ids = [...made].slice(0, MOST_NAMED).join(', ');
	const more = made.size > MOST_NAMED ? ` and ${made.size - MOST_NAMED} more` : '';
	const started = `Jobs of earlier items were started, and would be started again: ${ids}${more}.`;
	error.description = [error.description, started].filter(Boolean).join('\n');
	return error;
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
	hours: number,
): Promise<Job | undefined> {
	if (hours === 0) return undefined;
	const since = client.serviceTime() - hours * HOUR_MS;
	const { found, isComplete } = await findSameJobs(client, request, { since });
	const [newest] = found
		.filter(({ status }) => status !== 'FAILED' && status !== 'CANCELLED')
		.sort((a, b) => (a.created_at < b.created_at ? 1 : -1));
	if (newest === undefined && !isComplete) {
		hints.add(
			`Duplicate Guard checked ${MOST_PAGES * 100} jobs and found none like this one. There are older ones within the ${hours} hours that it did not check.`,
		);
	}
	return newest && (await readJob(client, newest.id));
}
