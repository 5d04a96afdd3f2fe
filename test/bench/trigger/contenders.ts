import type { INode, INodeParameters } from 'n8n-workflow';

import { node, TRIGGER } from '../../host/workflows';
import type { SandboxProcess } from '../sandbox';

/** A workflow meant to start when a job ends. */
export interface Contender {
	name: string;
	nodes: INode[];
	/** The node whose items are the ended jobs. */
	last: string;
}

/** Distinguishes the requests of the workflows; the trigger's requests have no such header. */
export const HEADER = 'x-workflow';

/** This package's trigger, polling every minute. */
export const ours: Contender = {
	name: 'this trigger',
	nodes: [
		node('Job Ended', TRIGGER, {
			pollTimes: { item: [{ mode: 'everyMinute' }] },
			events: ['completed', 'failed', 'cancelled'],
			watch: 'any',
		}),
	],
	last: 'Job Ended',
};

/** What n8n's own nodes can do every minute: list the jobs, all of them or the first page. */
export function schedules({ url, apiKey }: SandboxProcess): Contender[] {
	const everyPage = {
		paginationMode: 'updateAParameterInEachRequest',
		parameters: { parameters: [{ type: 'qs', name: 'offset', value: '={{ $pageCount * 100 }}' }] },
		paginationCompleteWhen: 'other',
		completeExpression: '={{ $response.body.jobs.length < 100 }}',
	};
	return [
		['HTTP Request, every page', { pagination: { pagination: everyPage } }] as const,
		['HTTP Request, first page', {}] as const,
	].map(([name, options]) => ({
		name,
		nodes: listJobs({ name, url, apiKey, options }),
		last: 'Remove Duplicates',
	}));
}

function listJobs(of: {
	name: string;
	url: string;
	apiKey: string;
	options: INodeParameters;
}): INode[] {
	const headers = [
		{ name: 'Authorization', value: `Bearer ${of.apiKey}` },
		{ name: HEADER, value: of.name },
	];
	const hasEnded = `={{ ['COMPLETED', 'FAILED', 'CANCELLED'].includes($json.status) }}`;
	return [
		node(
			'Schedule',
			'n8n-nodes-base.scheduleTrigger',
			{ rule: { interval: [{ field: 'minutes', minutesInterval: 1 }] } },
			1.2,
		),
		node(
			'HTTP Request',
			'n8n-nodes-base.httpRequest',
			{
				url: `${of.url}/batch/jobs`,
				...{ sendHeaders: true, headerParameters: { parameters: headers } },
				...{ sendQuery: true, queryParameters: { parameters: [{ name: 'limit', value: '100' }] } },
				options: of.options,
			},
			4.2,
		),
		node('Split Out', 'n8n-nodes-base.splitOut', { fieldToSplitOut: 'jobs', options: {} }),
		node(
			'Filter',
			'n8n-nodes-base.filter',
			{
				conditions: {
					options: { caseSensitive: true, typeValidation: 'strict', version: 2 },
					combinator: 'and',
					conditions: [
						{
							...{ id: 'ended', leftValue: hasEnded, rightValue: '' },
							operator: { type: 'boolean', operation: 'true', singleValue: true },
						},
					],
				},
			},
			2.2,
		),
		node(
			'Remove Duplicates',
			'n8n-nodes-base.removeDuplicates',
			{
				operation: 'removeItemsSeenInPreviousExecutions',
				dedupeValue: '={{ $json.id }}',
			},
			2,
		),
	];
}
