import { inputs } from '../../api/lists';
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
import { collectItems, inputItem } from '../items';
import { perStatus, readMerged } from '../merge';
import type { Operation } from '../operation';

interface Filters {
	portName?: string;
	status?: string[];
}

/** `GET /batch/jobs/{id}/inputs`: one list, or one for each chosen status. */
export const getMany: Operation = {
	option: {
		name: 'Get Many',
		value: 'getMany',
		description: 'Get the input files of a job, with their status and errors',
		action: 'Get many inputs',
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
			options: [portFilter('getInputPorts'), inputStatusFilter(INPUT_STATUSES)],
		},
		listOptions,
	],
	async execute(run) {
		const { portName, status } = readFilters<Filters>(run);
		const port = { port_name: portName || undefined };
		const lists = perStatus(
			(query) => inputs(run.client, readJobId(run), { ...port, ...query }, run.itemIndex),
			status,
			INPUT_STATUSES,
		);
		const rows = readMerged(lists, readLimit(run), readConcurrency(run));
		return await collectItems(rows, inputItem, readSimplify(run));
	},
};
