import type { INodeProperties } from 'n8n-workflow';

import { getManyEvents } from './event/getMany.operation';
import { deleteFile } from './file/delete.operation';
import { downloadStoredFile } from './file/download.operation';
import { getFile } from './file/get.operation';
import { getManyFiles } from './file/getMany.operation';
import { getStorageInfo } from './file/getStorageInfo.operation';
import { uploadFiles } from './file/upload.operation';
import { getInputCounts } from './input/getCounts.operation';
import { getManyInputs } from './input/getMany.operation';
import { getManyInputProgress } from './input/getManyProgress.operation';
import { getInputTraces } from './input/getTraces.operation';
import { cancelJob } from './job/cancel.operation';
import { createJob } from './job/create.operation';
import { deleteJob } from './job/delete.operation';
import { getJob } from './job/get.operation';
import { getJobReport } from './job/getReport.operation';
import { getManyJobs } from './job/getMany.operation';
import { retryJob } from './job/retry.operation';
import { waitForJob } from './job/wait.operation';
import type { Operation } from './operation';
import { downloadOutputs } from './output/download.operation';
import { getManyOutputs } from './output/getMany.operation';
import { readRowsOfOutputs } from './output/readRows.operation';
import { getPipeline } from './pipeline/get.operation';
import { getManyPipelines } from './pipeline/getMany.operation';
import { getPipelineSchema } from './pipeline/getSchema.operation';
import { getManyProgressEntries } from './progressEntry/getMany.operation';
import { getQueueDepths } from './queue/getDepths.operation';
import { resource } from './resource';

/**
 * Everything the node can do. Its fields, the router, the documentation pages and the contract test are made
 * from this table: a new operation is one file, and its name here. `initial` is the default operation.
 */
const table = [
	{ name: 'Event', value: 'event', initial: getManyEvents, operations: [getManyEvents] },
	{
		name: 'File',
		value: 'file',
		initial: getManyFiles,
		operations: [
			deleteFile,
			downloadStoredFile,
			getFile,
			getManyFiles,
			getStorageInfo,
			uploadFiles,
		],
	},
	{
		name: 'Input',
		value: 'input',
		initial: getManyInputs,
		operations: [getInputCounts, getManyInputs, getManyInputProgress, getInputTraces],
	},
	{
		name: 'Job',
		value: 'job',
		initial: getJob,
		operations: [
			cancelJob,
			createJob,
			deleteJob,
			getJob,
			getManyJobs,
			getJobReport,
			retryJob,
			waitForJob,
		],
	},
	{
		name: 'Output',
		value: 'output',
		initial: getManyOutputs,
		operations: [downloadOutputs, getManyOutputs, readRowsOfOutputs],
	},
	{
		name: 'Pipeline',
		value: 'pipeline',
		initial: getManyPipelines,
		operations: [getPipeline, getManyPipelines, getPipelineSchema],
	},
	{
		name: 'Progress Entry',
		value: 'progressEntry',
		initial: getManyProgressEntries,
		operations: [getManyProgressEntries],
	},
	{ name: 'Queue', value: 'queue', initial: getQueueDepths, operations: [getQueueDepths] },
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

/** The operation for the parameters `resource` and `operation`, if this version has it. */
export const findOperation = (resource: string, operation: string): Operation | undefined =>
	resources
		.find(({ value }) => value === resource)
		?.operations.find(({ option }) => option.value === operation);
