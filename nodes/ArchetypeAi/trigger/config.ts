import { createHash } from 'node:crypto';
import type { IDataObject, IPollFunctions } from 'n8n-workflow';

import { usageError } from '../api/errors';
import { readSimplify } from '../fields/list';
import { Parameters } from '../fields/parameters';
import type { EventName } from './decide/events';
import {
	eventsField,
	pipelineKeyFilter,
	textFilter,
	triggerFilters,
	typeFilter,
	watchedJobField,
	watchField,
} from './fields';

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
 * @throws NodeOperationError when nothing is selected to watch, or a value makes no sense.
 */
export function readConfig(context: IPollFunctions): TriggerConfig {
	const parameters = Parameters.ofTrigger(context);
	const filters = parameters.within(triggerFilters);
	const events = parameters.choices(eventsField) as EventName[];
	if (events.length === 0) {
		throw usageError(
			context.getNode(),
			'No event was chosen',
			'Choose at least one entry in "Events".',
		);
	}
	return {
		events,
		jobId: readJobId(context, parameters),
		pipelineKey: filters.text(pipelineKeyFilter) ?? '',
		filters: {
			pipeline_type: filters.choice(typeFilter),
			q: filters.text(textFilter),
		},
		simplify: readSimplify(parameters),
	};
}

/** Empty when any job is watched. */
function readJobId(context: IPollFunctions, parameters: Parameters): string {
	if (parameters.choice(watchField) !== 'job') return '';
	const jobId = parameters.id(watchedJobField);
	if (jobId !== '') return jobId;
	throw usageError(
		context.getNode(),
		'No job was chosen',
		'Choose a job from the list or enter its ID in "Job". To watch every job, set "Watch" to "Any Job".',
	);
}

/**
 * A short text that changes whenever what is watched changes: events, job, filters or account.
 * Simplify is not part of it: it changes items, not what is watched.
 */
export function fingerprint(
	{ events, jobId, pipelineKey, filters }: TriggerConfig,
	account: string,
): string {
	const parts = [[...events].sort(), jobId, pipelineKey, filters, account];
	return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 22);
}
