import { inputProgressItem, inputsProgress } from '../../api/inputProgress';
import { INPUT_STATUSES } from '../../api/inputs';
import { portFilter, statusFilter } from '../../fields/filters';
import { listOfJobOperation } from '../listOperation';

const TRACKED = INPUT_STATUSES.filter((status) => status !== 'reference');

/** `GET /batch/jobs/{id}/inputs/progress`: the status parameter repeats, so one list is enough. */
export const getManyInputProgress = listOfJobOperation({
	option: {
		name: 'Get Many Progress',
		value: 'getManyProgress',
		description: 'Get the inputs of a job, each with its progress',
		action: 'Get progress of many inputs',
	},
	rows: 'inputs',
	filters: {
		order: {
			displayName: 'Order',
			name: 'order',
			type: 'options',
			options: [
				{ name: 'Most Recent First', value: 'desc' },
				{ name: 'Oldest First', value: 'asc' },
			],
			default: 'desc',
			description: 'Which inputs come first within each status',
		},
		port_name: portFilter('getInputPorts'),
		status: statusFilter(TRACKED, 'inputs'),
	},
	list: inputsProgress,
	item: inputProgressItem,
});
