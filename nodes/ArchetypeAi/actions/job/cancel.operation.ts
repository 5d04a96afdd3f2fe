import { jobAction } from './jobAction';

/** `POST /batch/jobs/{id}/cancel` */
export const cancelJob = jobAction('cancel', {
	option: {
		name: 'Cancel',
		value: 'cancel',
		description:
			'Cancel a job that is waiting or running. What it has not finished is lost: its inputs are processed no further, and only a retry, which starts it again, brings it back.',
		action: 'Cancel a job',
	},
	verb: 'cancelled',
	alreadyDone: ['COMPLETED', 'FAILED', 'CANCELLED'],
});
