import type { InputCounts } from '../../../api/inputCounts';
import type { Outcome } from '../../../api/outcome';

/** What the service says about a job: the source for every form of a report. */
export interface ReportFacts {
	id: string;
	/** Null when the job has none. */
	name: string | null;
	status: string;
	outcome: Outcome | null;
	pipeline: string | null;
	/** Why the job failed, in the service's own words. */
	reason: string | null;
	retries: number;
	/** Times as epoch ms; null when it has not happened, or is not known. */
	createdAt: number | null;
	startedAt: number | null;
	endedAt: number | null;
	/** The service's time when the job was read, epoch ms. */
	now: number;
	/** Null when not known. */
	counts: Pick<InputCounts, 'pending' | 'processing' | 'completed' | 'failed'> | null;
	failedInputs: {
		/** The number of failed inputs. */
		total: number;
		listed: Array<{ id: string; name: string; message: string | null }>;
	};
	/** The newest error events. */
	events: {
		listed: Array<{ createdAt: string; level: string; type: string; message: string | null }>;
		/** How many error events were checked for the newest, out of how many. */
		lookedAt: number;
		total: number;
	};
	outputs: {
		total: number;
		/** Total bytes of the outputs added up. */
		bytes: number;
		/** How many outputs that is. */
		added: number;
	};
}
