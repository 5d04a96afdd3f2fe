import type { INodeProperties } from 'n8n-workflow';

import { fileConcurrencyOption, optionsField, readFileConcurrency } from '../../fields/list';
import type { Parameters } from '../../fields/parameters';
import { binaryPropertyOption, readBinaryProperty } from '../outputField';
import { maxTotalSizeOption } from '../size';

export type Combine = 'none' | 'input' | 'job';

export interface DownloadOptions {
	binaryProperty: string;
	combine: Combine;
	concurrency: number;
	/** The most bytes of all files together; undefined without a limit. */
	maxBytes: number | undefined;
	skipDownloaded: boolean;
}

const combineOption: INodeProperties = {
	displayName: 'Combine',
	name: 'combine',
	type: 'options',
	options: [
		{ name: 'No', value: 'none', description: 'One item for each file' },
		{ name: 'One File per Input', value: 'input', description: 'The parts of an input as one' },
		{ name: 'One File per Job', value: 'job', description: 'All files as one' },
	],
	default: 'none',
	description: 'Whether to combine the parts of a result: CSV with one header, JSONL line by line',
};

const sizeOption = maxTotalSizeOption(
	'200 MB where n8n keeps files in memory, no limit where it stores them',
);

const skipOption: INodeProperties = {
	displayName: 'Skip Files Already Downloaded',
	name: 'skipDownloaded',
	type: 'boolean',
	default: false,
	description:
		'Whether to leave out files that this node downloaded in an earlier execution of the published workflow. Manual executions and sub-workflows leave nothing out, and are not remembered.',
};

export const downloadOptions = optionsField([
	combineOption,
	fileConcurrencyOption,
	sizeOption,
	binaryPropertyOption,
	skipOption,
]);

/** The item's options with their defaults. */
export function readDownloadOptions(parameters: Parameters): DownloadOptions {
	const options = parameters.within(downloadOptions);
	return {
		binaryProperty: readBinaryProperty(options),
		combine: (options.choice(combineOption) as Combine | undefined) ?? 'none',
		concurrency: readFileConcurrency(parameters),
		maxBytes: options.bytes(sizeOption),
		skipDownloaded: options.flag(skipOption) === true,
	};
}
