import { jobAction } from './jobAction';
import { readWaitOption, waitForEnd, waitOptions } from './waiting';

/** `POST /batch/jobs/{id}/retry` */
export const retryJob = jobAction('retry', {
	option: {
		name: 'Retry',
		value: 'retry',
		description:
			'Start a job that failed or was cancelled once more, under the same ID. All of its work is done again, and the outputs of the run before may be replaced.',
		action: 'Retry a job',
	},
	verb: 'retried',
	alreadyDone: ['PENDING', 'ADMITTED', 'RUNNING', 'PREEMPTED', 'COMPLETED'],
	options: waitOptions,
	afterwards(run, options) {
		const wait = readWaitOption(options);
		return async (job) =>
			wait === undefined ? job : await waitForEnd(run, job.id, wait, job.retry_count ?? 0);
	},
});
