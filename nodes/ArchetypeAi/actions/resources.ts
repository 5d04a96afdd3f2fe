import type { INodeProperties } from 'n8n-workflow';

import { input } from './input/Input.resource';
import { job } from './job/Job.resource';
import type { Operation } from './operation';
import { output } from './output/Output.resource';
import type { Resource } from './resource';

/**
 * Everything the node can do, sorted by name. Its fields, the router, the pages of the documentation
 * and the contract test are made from this table: a new resource is a line here, and a new operation a
 * file and a line in its resource.
 */
export const resources: Resource[] = [input, job, output];

const initial = job.option.value;

/** The fields of the node. */
export const actionFields: INodeProperties[] = [
	{
		displayName: 'Resource',
		name: 'resource',
		type: 'options',
		noDataExpression: true,
		options: resources.map(({ option }) => option),
		default: initial,
	},
	...resources.flatMap(({ fields }) => fields),
];

/** The operation that the parameters `resource` and `operation` stand for, if this version has it. */
export const findOperation = (resource: string, operation: string): Operation | undefined =>
	resources
		.find(({ option }) => option.value === resource)
		?.operations.find(({ option }) => option.value === operation);
