import { INPUT_STATUSES, inputItem, inputs } from '../../api/inputs';
import { portFilter, statusFilter } from '../../fields/filters';
import { listOfJobOperation } from '../listOperation';

/** `GET /batch/jobs/{id}/inputs`: one list, or one for each chosen status. */
export const getManyInputs = listOfJobOperation({
	option: {
		name: 'Get Many',
		value: 'getMany',
		description: 'Get the input files of a job, each with its status and its error if it failed',
		action: 'Get many inputs',
	},
	rows: 'inputs',
	filters: {
		port_name: portFilter('getInputPorts'),
		status: statusFilter(INPUT_STATUSES, 'inputs'),
	},
	onePerStatus: INPUT_STATUSES,
	list: inputs,
	item: inputItem,
});
