import { createHash } from 'node:crypto';
import type { IDataObject, INodeParameterResourceLocator, IPollFunctions } from 'n8n-workflow';

import { usageError } from '../api/errors';
import { text } from '../api/text';
import type { EventName } from './decide/events';

/** What the user set, as the trigger uses it. */
export interface TriggerConfig {
	events: EventName[];
	/** Empty for any job. */
	jobId: string;
	pipelineKey: string;
	/** Filters the service applies: `pipeline_type`, `q`. */
	filters: IDataObject;
	simplify: boolean;
}

/**
 * The node's parameters.
 *
 * @throws NodeOperationError when they say nothing to watch for.
 */
export function readConfig(context: IPollFunctions): TriggerConfig {
	const filters = context.getNodeParameter('filters', {}) as Record<string, string>;
	const events = context.getNodeParameter('events', []) as EventName[];
	if (events.length === 0) {
		throw usageError(
			context.getNode(),
			'No event was chosen',
			'Choose at least one entry in "Events".',
		);
	}
	return {
		events,
		jobId: readJobId(context),
		pipelineKey: (filters.pipelineKey ?? '').trim(),
		filters: {
			pipeline_type: filters.pipelineType || undefined,
			q: filters.search?.trim() || undefined,
		},
		simplify: context.getNodeParameter('simplify', true) === true,
	};
}

/** Empty for "Any Job", also when something was typed into its field. */
function readJobId(context: IPollFunctions): string {
	const { mode, value } = context.getNodeParameter('job', {}) as INodeParameterResourceLocator;
	if (mode === 'any') return '';
	const jobId = text(value);
	if (jobId !== '' || mode === undefined) return jobId;
	throw usageError(
		context.getNode(),
		'No job was chosen',
		'Choose a job from the list or enter its ID in "Job". To watch every job, choose "Any Job".',
	);
}

/**
 * A short text that differs when something differs that decides what is watched: events, job,
 * filters, and which account. Simplify is not part of it: it changes items, not what is watched.
 */
export function fingerprint(
	{ events, jobId, pipelineKey, filters }: TriggerConfig,
	account: string,
): string {
	const parts = [[...events].sort(), jobId, pipelineKey, filters, account];
	return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 22);
}
