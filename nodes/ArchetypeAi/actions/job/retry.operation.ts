import { jobAction } from './jobAction';

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
	canWait: true,
});
