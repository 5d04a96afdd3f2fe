import { jobItem } from '../../api/jobs';
import type { Job } from '../../api/jobs';
import { jobField } from '../../fields/job';
import { readSimplify, simplifyField } from '../../fields/list';
import { readJobId } from '../jobId';
import type { Operation } from '../operation';
import { toItems } from '../toItems';
import { readWait, untilEnd, waitFields } from './waiting';

/** `GET /batch/jobs/{id}`, repeatedly. */
export const waitForJob: Operation = {
	option: {
		name: 'Wait for End',
		value: 'wait',
		description:
			'Wait until a job has ended, and return it with its outcome. For jobs that take minutes; for longer ones, use the trigger or a loop with a Wait node.',
		action: 'Wait for the end of a job',
	},
	fields: [jobField, ...waitFields, simplifyField],
	async execute(run) {
		const simplify = readSimplify(run.parameters);
		const items = (job: Job) => toItems([job], jobItem, simplify);
		return untilEnd(run, readJobId(run), readWait(run.parameters), items);
	},
};
