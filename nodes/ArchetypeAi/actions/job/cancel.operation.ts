import { jobAction } from './jobAction';

/** `POST /batch/jobs/{id}/cancel` */
export const cancelJob = jobAction('cancel', {
	option: {
		name: 'Cancel',
		value: 'cancel',
		description:
			'Cancel a job that is waiting or running. Unfinished work is lost: its inputs are not processed any further, and only a retry, which starts over, brings it back.',
		action: 'Cancel a job',
	},
	verb: 'cancelled',
	alreadyDone: ['COMPLETED', 'FAILED', 'CANCELLED'],
});
