import { inputCountsItem, readInputCounts } from '../../api/inputCounts';
import { filtersField, portFilter } from '../../fields/filters';
import { jobField } from '../../fields/job';
import { readJobId } from '../jobId';
import type { Operation } from '../operation';
import { toItems } from '../toItems';

const port = portFilter('getInputPorts');
const filters = filtersField([port]);

/** `GET /batch/jobs/{id}/inputs/progress/counts` */
export const getInputCounts: Operation = {
	option: {
		name: 'Get Counts',
		value: 'getCounts',
		description:
			'Get how many inputs of a job are pending, processing, completed and failed. Reference files are not counted.',
		action: 'Get counts of inputs',
	},
	fields: [jobField, filters],
	async execute(run) {
		const portName = run.parameters.within(filters).text(port);
		const counts = await readInputCounts(run.client, readJobId(run), portName);
		return toItems([counts], inputCountsItem, true);
	},
};
