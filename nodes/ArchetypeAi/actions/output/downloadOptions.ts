import type { INodeProperties } from 'n8n-workflow';

import { fileConcurrencyOption, readFileConcurrency } from '../fields';
import type { OperationRun } from '../operation';

export type Combine = 'none' | 'input' | 'job';

export interface DownloadOptions {
	binaryProperty: string;
	combine: Combine;
	concurrency: number;
	/** Bytes of all files together; Infinity without a limit. */
	maxTotalBytes: number;
	skipDownloaded: boolean;
}

export const downloadOptions: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add Option',
	default: {},
	options: [
		{
			displayName: 'Combine',
			name: 'combine',
			type: 'options',
			options: [
				{ name: 'No', value: 'none', description: 'One item for each file' },
				{ name: 'One File per Input', value: 'input', description: 'The parts of an input as one' },
				{ name: 'One File per Job', value: 'job', description: 'All files as one' },
			],
			default: 'none',
			description:
				'Whether the parts of a result are put together: CSV with one header, JSONL line by line',
		},
		fileConcurrencyOption,
		{
			displayName: 'Max Total Size (MB)',
			name: 'maxTotalSize',
			type: 'number',
			typeOptions: { minValue: 0 },
			default: 0,
			description:
				'Do not start when the files are larger than this together, as the service counts, or when it does not say how large one is. 0 is no limit.',
		},
		{
			displayName: 'Put Output File in Field',
			name: 'binaryProperty',
			type: 'string',
			default: 'data',
			hint: 'The name of the output binary field to put the file in',
			description: 'The name of the binary property of each item that holds the file',
		},
		{
			displayName: 'Skip Files Already Downloaded',
			name: 'skipDownloaded',
			type: 'boolean',
			default: false,
			description:
				'Whether to leave out files that this node downloaded in an earlier execution of the published workflow. A test by hand leaves nothing out, and is not remembered.',
		},
	],
};

/** The item's options with their defaults. */
export function readDownloadOptions(run: OperationRun): DownloadOptions {
	const { context, itemIndex } = run;
	const options = context.getNodeParameter('options', itemIndex, {}) as {
		binaryProperty?: string;
		combine?: Combine;
		maxTotalSize?: number;
		skipDownloaded?: boolean;
	};
	return {
		binaryProperty: options.binaryProperty?.trim() || 'data',
		combine: options.combine ?? 'none',
		concurrency: readFileConcurrency(run),
		maxTotalBytes: options.maxTotalSize ? options.maxTotalSize * 1e6 : Infinity,
		skipDownloaded: options.skipDownloaded === true,
	};
}
