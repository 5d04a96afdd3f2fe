import type { INodeExecutionData } from 'n8n-workflow';

import { downloadOutput } from '../../api/download/download';
import { Links } from '../../api/download/links';
import type { DownloadScope } from '../../api/download/scope';
import { readAll } from '../../api/pages';
import type { Output } from '../../api/schemas';
import { mapConcurrently } from '../concurrency';
import { errorItem } from '../errorItem';
import { jobField, limitFields, readLimit, readSimplify, simplifyField } from '../fields';
import { outputItem } from '../items';
import type { Operation, OperationRun } from '../operation';
import { outputFilters, outputList } from './outputList';

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
		const list = outputList(run);
		const rows = await readAll(list, readLimit(run));
		const scope: DownloadScope = { ...run, links: new Links(run.client, list, rows) };
		return await mapConcurrently(rows, CONCURRENCY, (output) => toItem(run, scope, output));
	},
};

async function toItem(
	run: OperationRun,
	scope: DownloadScope,
	output: Output,
): Promise<INodeExecutionData> {
	const { context, itemIndex } = run;
	const options = context.getNodeParameter('options', itemIndex, {}) as { binaryProperty?: string };
	const downloaded = downloadOutput(scope, output).then((file) => ({
		json: outputItem(output, readSimplify(run)),
		binary: { [options.binaryProperty?.trim() || 'data']: file },
	}));
	if (!context.continueOnFail()) return await downloaded;
	// One lost file is no reason to lose the others.
	return await downloaded.catch(errorItem);
}
