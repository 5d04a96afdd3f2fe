import type { NodeApiError } from 'n8n-workflow';

import { changeJob, jobItem, readJob } from '../../api/jobs';
import type { Job, JobChange } from '../../api/jobs';
import { isConflict, reworded } from '../../api/errors';
import { jobField } from '../../fields/job';
import { readSimplify, simplifyField } from '../../fields/list';
import { actionOptions, succeedOption } from '../actionOptions';
import { readJobId } from '../jobId';
import type { Operation, OperationRun } from '../operation';
import { toItems } from '../toItems';
import { readWaitOption, untilEnd, waitOptions } from './waiting';

interface JobAction {
	option: Operation['option'];
	/** The action as a participle: `cancelled`. */
	verb: string;
	/** Statuses in which there is nothing left to do. */
	alreadyDone: readonly string[];
	/** Whether it starts the job, so that the node can wait for its end. */
	canWait?: boolean;
}

/** An operation that acts on a job: `POST /batch/jobs/{id}/<name>`. */
export function jobAction(name: string, action: JobAction): Operation {
	const { option, verb, alreadyDone, canWait } = action;
	const optionFields = actionOptions(canWait ? waitOptions : []);
	return {
		option,
		fields: [jobField, simplifyField, optionFields],
		async execute(run) {
			const change = { jobId: readJobId(run), name, verb };
			const options = run.parameters.within(optionFields);
			const succeeds = options.flag(succeedOption) === true;
			const simplify = readSimplify(run.parameters);
			const wait = canWait ? readWaitOption(options) : undefined;
			const items = (row: Job) => toItems([row], jobItem, simplify);
			const job = await changeJob(run.client, change).catch(async (error: Error) => {
				if (!isConflict(error)) throw error;
				return await asItIs(run, change, { alreadyDone, succeeds }, error);
			});
			if (wait === undefined) return items(job);
			return untilEnd(run, job.id, wait, items, job.retry_count ?? 0);
		},
	};
}

/** The job when there is nothing left to do and the user accepts that, else an error with the reason. */
async function asItIs(
	{ client }: OperationRun,
	{ jobId, verb }: JobChange,
	{ alreadyDone, succeeds }: { alreadyDone: readonly string[]; succeeds: boolean },
	error: NodeApiError,
): Promise<Job> {
	const job = await readJob(client, jobId).catch(() => undefined);
	if (job === undefined) throw error;
	const isDone = alreadyDone.includes(job.status);
	if (isDone && succeeds) return job;
	const state = `${isDone ? 'already ' : ''}${job.status.toLowerCase()}`;
	throw reworded(
		error,
		`Job ${jobId} could not be ${verb}: it is ${state}`,
		isDone
			? `Nothing was changed. To continue with the job as it is, turn on "${succeedOption.displayName}" in the options.`
			: 'Nothing was changed. Wait until its status changes, then try again.',
	);
}
