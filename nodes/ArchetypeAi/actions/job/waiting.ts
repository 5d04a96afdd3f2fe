import { NodeApiError } from 'n8n-workflow';
import type { INodeExecutionData, INodeProperties } from 'n8n-workflow';

import { isEnded, readJob } from '../../api/jobs';
import type { Job } from '../../api/jobs';
import { outcomeOf } from '../../api/outcome';
import { waitUntil } from '../../api/waiting';
import type { Parameters } from '../../fields/parameters';
import type { OperationRun, Unfinished } from '../operation';

const MINUTE_MS = 60_000;

const maxWaitField: INodeProperties = {
	displayName: 'Max Wait (Minutes)',
	name: 'maxWait',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: 1440 },
	default: 60,
	description:
		'How long to wait at most. Waiting occupies an execution slot of the n8n server and ends when the server stops: for jobs that take hours, use the trigger or a loop with a Wait node.',
};

const onLimitField: INodeProperties = {
	displayName: 'When the Wait Is Over',
	name: 'onLimit',
	type: 'options',
	options: [
		{
			name: 'Go On with the Job as It Is',
			value: 'continue',
			description: 'Return the job with its current status',
		},
		{ name: 'Stop with an Error', value: 'error' },
	],
	default: 'error',
	description: 'What to do with a job that has not ended by then. The job itself continues.',
};

const onFailureField: INodeProperties = {
	displayName: 'When the Job Did Not Succeed',
	name: 'onFailure',
	type: 'options',
	options: [
		{
			name: 'Return the Job',
			value: 'continue',
			description: 'Return it as an item; its outcome says how it ended',
		},
		{ name: 'Stop with an Error', value: 'error' },
	],
	default: 'error',
	description:
		'What to do with a job that failed or was cancelled, or whose inputs all failed. A job with only some failed inputs is returned, with the outcome partly_failed.',
};

/** The fields for waiting, of an operation or of its options. */
export const waitFields: INodeProperties[] = [maxWaitField, onFailureField, onLimitField];

/** Waits in the same step, as an entry of the options. */
const waitOption: INodeProperties = {
	displayName: 'Wait for End',
	name: 'waitForEnd',
	type: 'boolean',
	default: false,
	description:
		'Whether to wait until the job has ended, and return its final state. With several items, all of their jobs are started first.',
};

/** The same as entries of the options of an operation that starts a job. */
export const waitOptions: INodeProperties[] = [...waitFields, waitOption];

/** How long to wait, and what to do with a job that does not succeed or end in time. */
interface WaitSettings {
	minutes: number;
	takesFailure: boolean;
	takesLimit: boolean;
}

/** The values of the wait fields; read before a job is started, so that an invalid one starts none. */
export const readWait = (parameters: Parameters): WaitSettings => ({
	minutes: parameters.wholeNumber(maxWaitField) ?? Number(maxWaitField.default),
	takesFailure: parameters.choice(onFailureField) === 'continue',
	takesLimit: parameters.choice(onLimitField) === 'continue',
});

/** The same from the options of an operation; undefined when it does not wait. */
export function readWaitOption(options: Parameters): WaitSettings | undefined {
	const settings = readWait(options);
	return options.flag(waitOption) === true ? settings : undefined;
}

/**
 * Waiting for the end of a job as unfinished work, with the items made from it: several jobs are waited for
 * together, each from now on. `attempt` is the retry to wait for: a status of the previous run does not count.
 */
export function untilEnd(
	run: OperationRun,
	jobId: string,
	settings: WaitSettings,
	items: (job: Job) => INodeExecutionData[],
	attempt = 0,
): Unfinished {
	const since = Date.now();
	const finish = async () => items(await waitForEnd(run, jobId, settings, { attempt, since }));
	return { jobId, finish };
}

/**
 * The job when it has ended, or when the time is up and the user accepts that.
 *
 * @throws NodeOperationError when it did not succeed or end in time, unless the user accepts that;
 * NodeApiError when it cannot be read.
 */
async function waitForEnd(
	{ client }: OperationRun,
	jobId: string,
	{ minutes, takesFailure, takesLimit }: WaitSettings,
	{ attempt, since }: { attempt: number; since: number },
): Promise<Job> {
	const { row: job, isOver } = await waitUntil({
		look: async () => await readJob(client, jobId),
		isOver: (row) => isEnded(row) && (row.retry_count ?? attempt) >= attempt,
		limitMs: since + minutes * MINUTE_MS - Date.now(),
		signal: client.limits.signal,
		isPassing,
	});
	if (!isOver) {
		if (takesLimit) return job;
		throw client.usageError(
			`Job ${jobId} has not ended after ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}: it is ${job.status}`,
			`The job continues. Raise "${maxWaitField.displayName}", or set "${onLimitField.displayName}" to continue with the job as it is.`,
		);
	}
	const outcome = outcomeOf(job);
	if (takesFailure || (outcome !== 'failed' && outcome !== 'cancelled')) return job;
	throw client.usageError(
		`Job ${jobId} ${outcome === 'cancelled' ? 'was cancelled' : `failed${reasonOf(job)}`}`,
		`Check its inputs and events for the reason. To continue with such a job, set "${onFailureField.displayName}" to return it.`,
	);
}

function reasonOf({ status, error }: Job): string {
	if (status === 'COMPLETED') return ': it finished, but all of its inputs failed';
	const { message } = (error ?? {}) as { message?: unknown };
	return typeof message === 'string' ? `: ${message}` : '';
}

/** Whether a failed check may recover by itself: no answer, or one from a broken service. */
const isPassing = (error: unknown): boolean =>
	error instanceof NodeApiError &&
	(error.httpCode === null || /^(?:5|408|429)/.test(error.httpCode));
