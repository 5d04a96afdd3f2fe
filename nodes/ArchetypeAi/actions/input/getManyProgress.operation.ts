import { inputsProgress } from '../../api/lists';
import { readRows } from '../../api/pages';
import { INPUT_STATUSES } from '../../api/schemas';
import {
	inputStatusFilter,
	jobField,
	limitFields,
	listOptions,
	portFilter,
	readConcurrency,
	readFilters,
	readJobId,
	readLimit,
	readSimplify,
	simplifyField,
} from '../fields';
import { collectItems, inputProgressItem } from '../items';
import type { Operation } from '../operation';

interface Filters {
	order?: string;
	portName?: string;
	status?: string[];
}

/** `GET /batch/jobs/{id}/inputs/progress`: the status parameter repeats, so one list is enough. */
export const getManyProgress: Operation = {
	option: {
		name: 'Get Many Progress',
		value: 'getManyProgress',
		description: 'Get the inputs of a job, each with its latest progress',
		action: 'Get progress of many inputs',
	},
	fields: [
		jobField,
		...limitFields,
		simplifyField,
		{
			displayName: 'Filters',
			name: 'filters',
			type: 'collection',
			placeholder: 'Add Filter',
			default: {},
			options: [
				{
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
				portFilter('getInputPorts'),
				inputStatusFilter(INPUT_STATUSES.filter((status) => status !== 'reference')),
			],
		},
		listOptions,
	],
	async execute(run) {
		const { order, portName, status } = readFilters<Filters>(run);
		const query = { port_name: portName || undefined, order: order || undefined, status };
		const list = inputsProgress(run.client, readJobId(run), query, run.itemIndex);
		const rows = readRows(list, readLimit(run), { concurrency: readConcurrency(run) });
		return await collectItems(rows, inputProgressItem, readSimplify(run));
	},
};
