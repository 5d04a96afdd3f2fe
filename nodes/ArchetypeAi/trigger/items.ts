import type { INodeExecutionData } from 'n8n-workflow';

import { jobItem } from '../api/jobs';
import { outcomeOf } from '../api/outcome';
import type { TriggerConfig } from './config';
import type { Detected } from './decide/decide';

/** One item for each event: the event and the outcome come first, then the job. */
export function toItems(detected: Detected[], { simplify }: TriggerConfig): INodeExecutionData[] {
	const detectedAt = new Date().toISOString();
	return detected.map(({ event, previousStatus }) => ({
		json: {
			event: `job.${event.name}`,
			event_id: event.id,
			outcome: outcomeOf(event.job),
			...jobItem(event.job, simplify),
			previous_status: previousStatus,
			detected_at: detectedAt,
		},
	}));
}
