import { jobAction } from './jobAction';

/** `POST /batch/jobs/{id}/retry` */
export const retryJob = jobAction('retry', {
	option: {
		name: 'Retry',
		value: 'retry',
		description:
			'Start a failed or cancelled job again, under the same ID. All of its work is repeated, and the outputs of the previous run may be replaced.',
		action: 'Retry a job',
	},
	verb: 'retried',
	alreadyDone: ['PENDING', 'ADMITTED', 'RUNNING', 'PREEMPTED', 'COMPLETED'],
	canWait: true,
});
