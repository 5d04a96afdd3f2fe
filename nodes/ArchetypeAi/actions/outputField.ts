import type { INodeProperties } from 'n8n-workflow';

import type { Parameters } from '../fields/parameters';

/** The binary field for a file, as an option. */
export const binaryPropertyOption: INodeProperties = {
	displayName: 'Put Output File in Field',
	name: 'binaryProperty',
	type: 'string',
	default: 'data',
	hint: 'The name of the output binary field to put the file in',
	description: 'The name of the binary property of each item that holds the file',
};

/** The name of that field. */
export const readBinaryProperty = (options: Parameters): string =>
	options.text(binaryPropertyOption) ?? (binaryPropertyOption.default as string);
