import type { INodeProperties } from 'n8n-workflow';

import { optionsField } from '../fields/list';

export const succeedOption: INodeProperties = {
	displayName: 'Succeed If Already Done',
	name: 'succeedIfDone',
	type: 'boolean',
	default: false,
	description:
		'Whether to continue, instead of stopping with an error, when there is nothing left to do',
};

/** Options of actions on a job or a file. */
export const actionOptions = (others: INodeProperties[] = []): INodeProperties =>
	optionsField([succeedOption, ...others]);
