import { isConflict, isGone, reworded } from '../../api/errors';
import { deleteJob as deleteAtService } from '../../api/jobs';
import { jobField } from '../../fields/job';
import { actionOptions, succeedOption } from '../actionOptions';
import { readJobId } from '../jobId';
import type { Operation } from '../operation';

const options = actionOptions();

/** `DELETE /batch/jobs/{id}` */
export const deleteJob: Operation = {
	option: {
		name: 'Delete',
		value: 'delete',
		description:
			'Permanently delete a job, with its inputs, outputs, events and progress. Results that were not downloaded are lost. This cannot be undone. Uploaded files stay.',
		action: 'Delete a job',
	},
	fields: [jobField, options],
	async execute(run) {
		const { client, parameters } = run;
		const jobId = readJobId(run);
		const reply = await deleteAtService(client, jobId).catch((error: Error) => {
			const isDone = isGone(error);
			if (isDone && parameters.within(options).flag(succeedOption) === true) {
				run.hints.add(`There is no job ${jobId}: it was deleted before, or its ID is wrong.`);
				return {};
			}
			if (!isConflict(error)) throw error;
			throw reworded(
				error,
				`Job ${jobId} could not be deleted: it has not ended`,
				'Nothing was changed. Cancel the job or wait for its end, then delete it.',
			);
		});
		return [{ json: { ...reply, id: jobId, deleted: true } }];
	},
};
