import type { INodeProperties } from 'n8n-workflow';

import type { Parameters } from './parameters';

const returnAllField: INodeProperties = {
	displayName: 'Return All',
	name: 'returnAll',
	type: 'boolean',
	default: false,
	description: 'Whether to return all results or only up to a given limit',
};

const limitField: INodeProperties = {
	displayName: 'Limit',
	name: 'limit',
	type: 'number',
	displayOptions: { show: { returnAll: [false] } },
	typeOptions: { minValue: 1 },
	default: 50,
	description: 'Max number of results to return',
};

/** Return All and Limit for lists. */
export const limitFields: INodeProperties[] = [returnAllField, limitField];

/**
 * Return All and Limit for operations that return content: all of it, except for an agent, whose model can
 * read only so much.
 */
export const contentLimitFields: INodeProperties[] = [
	{ ...returnAllField, default: true, displayOptions: { show: { '@tool': [false] } } },
	{ ...returnAllField, displayOptions: { show: { '@tool': [true] } } },
	limitField,
];

export const simplifyField: INodeProperties = {
	displayName: 'Simplify',
	name: 'simplify',
	type: 'boolean',
	default: true,
	description: 'Whether to return a simplified version of the response instead of the raw data',
};

/** Pages of a list requested at the same time: enough to hide most of the latency. */
const DEFAULT_PAGES = 4;
/** Files at the same time: the host opens a new connection for each, so it takes several to hide latency. */
const DEFAULT_FILES = 8;
const MOST_CONCURRENCY = 16;

const concurrencyOption = (usual: number, description: string): INodeProperties => ({
	displayName: 'Max Concurrent Requests',
	name: 'maxConcurrentRequests',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: MOST_CONCURRENCY },
	default: usual,
	description,
});

/** Max Concurrent Requests of operations that fetch files, as an option. */
export const fileConcurrencyOption = concurrencyOption(
	DEFAULT_FILES,
	'How many files are downloaded at the same time',
);

const pageConcurrencyOption = concurrencyOption(
	DEFAULT_PAGES,
	'How many pages of a long list are requested at the same time. Fewer are used while the service is busy.',
);

/** The collection of options; a user adds each one as needed. */
export const optionsField = (options: INodeProperties[]): INodeProperties => ({
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add Option',
	default: {},
	options: [...options].sort((a, b) => (a.displayName < b.displayName ? -1 : 1)),
});

/** Options of every list operation. */
export const listOptions = optionsField([pageConcurrencyOption]);

/** The most rows to return: Infinity with Return All. */
export const readLimit = (parameters: Parameters): number =>
	parameters.flag(returnAllField) === true
		? Infinity
		: (parameters.wholeNumber(limitField) ?? Number(limitField.default));

export const readSimplify = (parameters: Parameters): boolean =>
	parameters.flag(simplifyField) !== false;

/** Pages to request at the same time, 1 to 16. */
export const readConcurrency = (parameters: Parameters): number =>
	parameters.within(listOptions).wholeNumber(pageConcurrencyOption) ?? DEFAULT_PAGES;

/** Files to fetch at the same time, 1 to 16. */
export const readFileConcurrency = (parameters: Parameters): number =>
	parameters.within(listOptions).wholeNumber(fileConcurrencyOption) ?? DEFAULT_FILES;
