import {
	type IExecuteFunctions,
	type IN8nHttpFullResponse,
	type INodeExecutionData,
	type INodeType,
	NodeConnectionTypes,
} from 'n8n-workflow';
import pLimit from 'p-limit';

import { runAlone } from '../../engine/harness';
import { addNodeType } from '../../engine/harness/nodeTypes';
import { CONCURRENCY, type Client, type Job } from './client';
import { listOutputs } from './list';
import { sizeOf } from './sizeOf';

type Body = Parameters<IExecuteFunctions['helpers']['prepareBinaryData']>[0];

const TYPE = 'bench.hostHelper';

/** The best that any node could do: the host's helper at full speed, with no checks. */
const node: INodeType = {
	description: {
		displayName: 'Host Helper',
		name: 'hostHelper',
		group: ['input'],
		version: 1,
		description: 'Downloads all outputs of a job',
		defaults: { name: 'Host Helper' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		properties: [],
	},
	async execute() {
		const [item] = this.getInputData();
		const outputs = await listOutputs(
			item!.json as unknown as Job,
			async (url, headers) =>
				(await this.helpers.httpRequest({ url, headers, json: true })) as unknown,
		);
		const atOnce = pLimit(CONCURRENCY);
		const items = outputs.map(({ data }) =>
			atOnce(async (): Promise<INodeExecutionData> => {
				const { body } = (await this.helpers.httpRequest({
					url: data.ref,
					encoding: 'stream',
					returnFullResponse: true,
				})) as IN8nHttpFullResponse;
				const file = await this.helpers.prepareBinaryData(
					body as Body,
					data.filename,
					data.file_type,
				);
				return { json: {}, binary: { data: file }, pairedItem: 0 };
			}),
		);
		return [await Promise.all(items)];
	},
};

/** In n8n's engine. */
export function hostHelper(): Client {
	addNodeType(TYPE, node);
	return {
		async fetch(job) {
			const { items, error } = await runAlone(
				{ name: 'Host Helper', type: TYPE },
				{ items: [{ json: { ...job } }] },
			);
			if (error) throw error;
			return sizeOf(items);
		},
	};
}
