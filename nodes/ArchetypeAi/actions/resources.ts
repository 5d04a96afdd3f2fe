import type { INodeProperties } from 'n8n-workflow';

import { getManyEvents } from './event/getMany.operation';
import { getManyInputs } from './input/getMany.operation';
import { getManyInputProgress } from './input/getManyProgress.operation';
import { cancelJob } from './job/cancel.operation';
import { getJob } from './job/get.operation';
import { getManyJobs } from './job/getMany.operation';
import type { Operation } from './operation';
import { downloadOutputs } from './output/download.operation';
import { getManyOutputs } from './output/getMany.operation';
import { readRowsOfOutputs } from './output/readRows.operation';
import { resource } from './resource';

/**
 * Everything the node can do. Its fields, the router, the pages of the documentation and the contract
 * test are made from this table: a new operation is a file of its own, and its name here. `initial` is
 * the operation that is chosen at first.
 */
const table = [
	{ name: 'Event', value: 'event', initial: getManyEvents, operations: [getManyEvents] },
	{
		name: 'Input',
		value: 'input',
		initial: getManyInputs,
		operations: [getManyInputs, getManyInputProgress],
	},
	{ name: 'Job', value: 'job', initial: getJob, operations: [cancelJob, getJob, getManyJobs] },
	{
		name: 'Output',
		value: 'output',
		initial: getManyOutputs,
		operations: [downloadOutputs, getManyOutputs, readRowsOfOutputs],
	},
];
const initial = 'job';

/** The resources, and the operations of each, sorted by name. */
export const resources = table.map(resource).sort((a, b) => (a.name < b.name ? -1 : 1));

/** The fields of the node. */
export const actionFields: INodeProperties[] = [
	{
		displayName: 'Resource',
		name: 'resource',
		type: 'options',
		noDataExpression: true,
		options: resources.map(({ name, value }) => ({ name, value })),
		default: initial,
	},
	...resources.flatMap(({ fields }) => fields),
];

/** The operation that the parameters `resource` and `operation` stand for, if this version has it. */
export const findOperation = (resource: string, operation: string): Operation | undefined =>
	resources
		.find(({ value }) => value === resource)
		?.operations.find(({ option }) => option.value === operation);
