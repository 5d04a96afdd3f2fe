import type { INodeProperties } from 'n8n-workflow';

import { text } from '../api/text';
import type { OperationRun } from './operation';

/** The job an operation is about. */
export const jobField: INodeProperties = {
	displayName: 'Job',
	name: 'jobId',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	description: 'The batch job to work with',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			placeholder: 'Select a job…',
			typeOptions: { searchListMethod: 'searchJobs', searchable: true },
		},
		{
			displayName: 'By ID',
			name: 'id',
			type: 'string',
			placeholder: 'e.g. job_3h7m2k9xq4e8vt1c5b0n6dzr8w',
		},
	],
};

/** Return All and Limit, as every list operation has them. */
export const limitFields: INodeProperties[] = [
	{
		displayName: 'Return All',
		name: 'returnAll',
		type: 'boolean',
		default: false,
		description: 'Whether to return all results or only up to a given limit',
	},
	{
		displayName: 'Limit',
		name: 'limit',
		type: 'number',
		displayOptions: { show: { returnAll: [false] } },
		typeOptions: { minValue: 1 },
		default: 50,
		description: 'Max number of results to return',
	},
];

export const simplifyField: INodeProperties = {
	displayName: 'Simplify',
	name: 'simplify',
	type: 'boolean',
	default: true,
	description: 'Whether to return a simplified version of the response instead of the raw data',
};

/** Pages of a list asked for at the same time: enough to hide most of the latency. */
const DEFAULT_PAGES = 4;
/** Files at the same time: the host opens a new connection for each, so latency is hidden by several. */
const DEFAULT_FILES = 8;
const MOST_CONCURRENCY = 16;

const concurrencyOption = (usual: number, description: string): INodeProperties => ({
	displayName: 'Max Concurrent Requests',
	name: 'maxConcurrentRequests',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: MOST_CONCURRENCY },
	default: usual,
	description,
});

/** Max Concurrent Requests of operations that fetch files, as an entry of Options. */
export const fileConcurrencyOption = concurrencyOption(
	DEFAULT_FILES,
	'How many files are downloaded at the same time',
);

/** Options, as every list operation has them. */
export const listOptions: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add Option',
	default: {},
	options: [
		concurrencyOption(
			DEFAULT_PAGES,
			'How many pages of a long list are requested at the same time. Fewer when the service is busy.',
		),
	],
};

/** The ports of the chosen job's inputs or outputs, as an entry of Filters. */
export const portFilter = (
	loadOptionsMethod: 'getInputPorts' | 'getOutputPorts',
): INodeProperties => ({
	displayName: 'Port Name or ID',
	name: 'portName',
	type: 'options',
	typeOptions: { loadOptionsMethod, loadOptionsDependsOn: ['jobId.value'] },
	default: '',
	description:
		'Only return what belongs to this port, such as worker.results. Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
});

/** Statuses of an input, in the service's own spelling. */
export const inputStatusFilter = (statuses: readonly string[]): INodeProperties => ({
	displayName: 'Status',
	name: 'status',
	type: 'multiOptions',
	options: [...statuses]
		.sort()
		.map((value) => ({ name: value[0]!.toUpperCase() + value.slice(1), value })),
	default: [],
	description: 'Only return inputs with one of these statuses',
});

export const readJobId = ({ context, itemIndex }: OperationRun): string =>
	text(context.getNodeParameter('jobId', itemIndex, '', { extractValue: true }));

/** Rows to return at most: Infinity with Return All. */
export const readLimit = ({ context, itemIndex }: OperationRun): number =>
	context.getNodeParameter('returnAll', itemIndex)
		? Infinity
		: Math.max(1, Math.floor(Number(context.getNodeParameter('limit', itemIndex))) || 1);

/** Pages to ask for at the same time, 1 to 16. */
export const readConcurrency = (run: OperationRun): number => concurrencyOf(run, DEFAULT_PAGES);

/** Files to fetch at the same time, 1 to 16. */
export const readFileConcurrency = (run: OperationRun): number => concurrencyOf(run, DEFAULT_FILES);

function concurrencyOf({ context, itemIndex }: OperationRun, usual: number): number {
	const { maxConcurrentRequests } = context.getNodeParameter('options', itemIndex, {}) as {
		maxConcurrentRequests?: unknown;
	};
	const concurrency = Math.floor(Number(maxConcurrentRequests)) || usual;
	return Math.min(MOST_CONCURRENCY, Math.max(1, concurrency));
}

export const readSimplify = ({ context, itemIndex }: OperationRun): boolean =>
	context.getNodeParameter('simplify', itemIndex) === true;

export const readFilters = <Filters extends object>({
	context,
	itemIndex,
}: OperationRun): Filters => context.getNodeParameter('filters', itemIndex, {}) as Filters;
