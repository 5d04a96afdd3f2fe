import { jobPath } from '../../api/paths';
import { jobSchema } from '../../api/schemas';
import { jobField } from '../../fields/job';
import { readSimplify, simplifyField } from '../../fields/list';
import { jobItem, toItems } from '../items';
import { readJobId } from '../jobId';
import type { Operation } from '../operation';

/** `GET /batch/jobs/{id}` */
export const get: Operation = {
	option: {
		name: 'Get',
		value: 'get',
		description: 'Get a job with its status, outcome and progress',
		action: 'Get a job',
	},
	fields: [jobField, simplifyField],
	async execute(run) {
		const { client, itemIndex } = run;
		const jobId = readJobId(run);
		const path = jobPath(client.node, jobId, '', itemIndex);
		const job = await client.request({ path, subject: `Job ${jobId}`, itemIndex }, jobSchema);
		return toItems([job], jobItem, readSimplify(run.parameters));
	},
};
