import type { INodeExecutionData } from 'n8n-workflow';

import { downloadOutput } from '../../api/download';
import type { DownloadScope } from '../../api/download';
import type { Output } from '../../api/schemas';
import { mapConcurrently } from '../concurrency';
import { errorItem } from '../errorItem';
import { jobField, limitFields, readJobId, readSimplify, simplifyField } from '../fields';
import { outputItem } from '../items';
import type { Operation, OperationRun } from '../operation';
import { outputFilters, readOutputs } from './outputList';

/** Connections at once: the host opens a new one for each file, so latency is hidden by several. */
const CONCURRENCY = 8;

/** `GET /batch/jobs/{id}/outputs`, then each file from its link. */
export const download: Operation = {
	option: {
		name: 'Download',
		value: 'download',
		description: 'Download the output files of a job, one item for each file',
		action: 'Download outputs',
	},
	fields: [
		jobField,
		...limitFields,
		simplifyField,
		outputFilters,
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add Option',
			default: {},
			options: [
				{
					displayName: 'Put Output File in Field',
					name: 'binaryProperty',
					type: 'string',
					default: 'data',
					hint: 'The name of the output binary field to put the file in',
					description: 'The name of the binary property of each item that holds the file',
				},
			],
		},
	],
	async execute(run) {
		const outputs = await readOutputs(run);
		return await mapConcurrently(outputs, CONCURRENCY, (output) => toItem(run, output));
	},
};

async function toItem(run: OperationRun, output: Output): Promise<INodeExecutionData> {
	const { context, itemIndex } = run;
	const json = outputItem(output, readSimplify(run));
	const options = context.getNodeParameter('options', itemIndex, {}) as { binaryProperty?: string };
	const scope: DownloadScope = { ...run, jobId: readJobId(run) };
	const downloaded = downloadOutput(scope, output).then((file) => ({
		json,
		binary: { [options.binaryProperty?.trim() || 'data']: file },
	}));
	if (!context.continueOnFail()) return await downloaded;
	// One lost file is no reason to lose the others.
	return await downloaded.catch(errorItem);
}
