import { jobItem, readJob } from '../../api/jobs';
import { jobField } from '../../fields/job';
import { readSimplify, simplifyField } from '../../fields/list';
import { readJobId } from '../jobId';
import type { Operation } from '../operation';
import { toItems } from '../toItems';

/** `GET /batch/jobs/{id}` */
export const getJob: Operation = {
	option: {
		name: 'Get',
		value: 'get',
		description: 'Get a job with its status, outcome and progress',
		action: 'Get a job',
	},
	fields: [jobField, simplifyField],
	async execute(run) {
		const job = await readJob(run.client, readJobId(run));
		return toItems([job], jobItem, readSimplify(run.parameters));
	},
};
