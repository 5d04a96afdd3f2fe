import type { InputCounts } from '../../../api/inputCounts';
import type { Outcome } from '../../../api/outcome';

/** What the service says of a job, as far as it does: what every form of a report is made from. */
export interface ReportFacts {
	id: string;
	/** Null where the job has none. */
	name: string | null;
	status: string;
	outcome: Outcome | null;
	pipeline: string | null;
	/** Why the job failed, in the service's words. */
	reason: string | null;
	retries: number;
	/** Times as epoch ms; null for what has not happened, or is not known. */
	createdAt: number | null;
	startedAt: number | null;
	endedAt: number | null;
	/** The service's time at which it was looked at, epoch ms. */
	now: number;
	/** Null where they are not known. */
	counts: Pick<InputCounts, 'pending' | 'processing' | 'completed' | 'failed'> | null;
	failedInputs: {
		/** As many as there are. */
		total: number;
		listed: Array<{ id: string; name: string; message: string | null }>;
	};
	/** The newest events of errors. */
	events: {
		listed: Array<{ createdAt: string; level: string; type: string; message: string | null }>;
		/** Events of errors that were looked at for the newest, of how many. */
		lookedAt: number;
		total: number;
	};
	outputs: {
		total: number;
		/** Bytes of those whose sizes were added up. */
		bytes: number;
		/** How many those are. */
		added: number;
	};
}
