import { jobs } from '../../api/lists';
import { JOB_STATUSES } from '../../api/schemas';
import {
	limitFields,
	listOptions,
	readConcurrency,
	readFilters,
	readLimit,
	readSimplify,
	simplifyField,
} from '../fields';
import { collectItems, jobItem } from '../items';
import { perStatus, readMerged } from '../merge';
import type { Operation } from '../operation';

interface Filters {
	pipelineType?: string;
	search?: string;
	status?: string[];
}

const statusOptions = [...JOB_STATUSES]
	.sort()
	.map((value) => ({ name: value[0]! + value.slice(1).toLowerCase(), value }));

/** `GET /batch/jobs`: one list, or one for each chosen status. */
export const getMany: Operation = {
	option: {
		name: 'Get Many',
		value: 'getMany',
		description: 'Get a list of jobs',
		action: 'Get many jobs',
	},
	fields: [
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
					displayName: 'Pipeline Type',
					name: 'pipelineType',
					type: 'options',
					options: [
						{ name: 'Batch', value: 'batch' },
						{ name: 'Training', value: 'training' },
					],
					default: 'batch',
					description: 'Only return jobs of pipelines of this type',
				},
				{
					displayName: 'Search',
					name: 'search',
					type: 'string',
					default: '',
					placeholder: 'e.g. pump-7',
					description: 'Only return jobs that match this text, as the service searches',
				},
				{
					displayName: 'Status',
					name: 'status',
					type: 'multiOptions',
					options: statusOptions,
					default: [],
					description: 'Only return jobs with one of these statuses',
				},
			],
		},
		listOptions,
	],
	async execute(run) {
		const { pipelineType, search, status } = readFilters<Filters>(run);
		const filters = { pipeline_type: pipelineType || undefined, q: search || undefined };
		const lists = perStatus(
			(query) => jobs(run.client, { ...filters, ...query }, run.itemIndex),
			status,
			JOB_STATUSES,
		);
		const rows = readMerged(lists, readLimit(run), readConcurrency(run));
		return await collectItems(rows, jobItem, readSimplify(run));
	},
};
