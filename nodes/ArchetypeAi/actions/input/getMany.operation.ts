import { inputs } from '../../api/lists';
import { INPUT_STATUSES } from '../../api/schemas';
import { portFilter, statusFilter } from '../../fields/filters';
import { jobField } from '../../fields/job';
import { inputItem } from '../items';
import { readJobId } from '../jobId';
import { listOperation } from '../listOperation';

/** `GET /batch/jobs/{id}/inputs`: one list, or one for each chosen status. */
export const getMany = listOperation({
	option: {
		name: 'Get Many',
		value: 'getMany',
		description: 'Get the input files of a job, each with its status and its error if it failed',
		action: 'Get many inputs',
	},
	rows: 'inputs',
	of: [jobField],
	filters: {
		port_name: portFilter('getInputPorts'),
		status: statusFilter(INPUT_STATUSES, 'inputs'),
	},
	onePerStatus: INPUT_STATUSES,
	list: (run, query) => inputs(run.client, readJobId(run), query, run.itemIndex),
	item: inputItem,
});
