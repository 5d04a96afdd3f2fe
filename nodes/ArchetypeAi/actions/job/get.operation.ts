import { jobPath } from '../../api/paths';
import { jobSchema } from '../../api/schemas';
import { jobField, readJobId, readSimplify, simplifyField } from '../fields';
import { jobItem, toItems } from '../items';
import type { Operation } from '../operation';

/** `GET /batch/jobs/{id}` */
export const get: Operation = {
	option: {
		name: 'Get',
		value: 'get',
		description: 'Get a job with its status and progress',
		action: 'Get a job',
	},
	fields: [jobField, simplifyField],
	async execute(run) {
		const { client, itemIndex } = run;
		const jobId = readJobId(run);
		const path = jobPath(client.node, jobId, '', itemIndex);
		const job = await client.request({ path, subject: `Job ${jobId}`, itemIndex }, jobSchema);
		return toItems([job], jobItem, readSimplify(run));
	},
};
