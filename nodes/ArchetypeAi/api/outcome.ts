import { z } from 'zod';

/** How a job ended, by its status and the results of its inputs. */
export type Outcome = 'succeeded' | 'partly_failed' | 'failed' | 'cancelled';

/** The fields of a job that say how it ended. */
interface JobEnd {
	status: string;
	input_progress?: unknown;
	completed_at?: string | null;
	failed_at?: string | null;
	cancelled_at?: string | null;
}

const count = z.number().int().nonnegative();
const countsSchema = z.object({
	pending: count,
	processing: count,
	completed: count,
	failed: count,
});

const ENDED_AT = new Map([
	['COMPLETED', 'completed_at'],
	['FAILED', 'failed_at'],
	['CANCELLED', 'cancelled_at'],
] as const);

/**
 * The outcome of a job; null before its end, or when `input_progress` leaves it open: COMPLETED only means
 * that the worker finished, even if every input failed.
 */
export function outcomeOf({ status, input_progress }: JobEnd): Outcome | null {
	if (status === 'FAILED') return 'failed';
	if (status === 'CANCELLED') return 'cancelled';
	if (status !== 'COMPLETED') return null;
	const counts = countsSchema.safeParse(input_progress);
	if (!counts.success) return null;
	const { pending, processing, completed, failed } = counts.data;
	if (failed > 0 && completed > 0) return 'partly_failed';
	// The counts lag: what is left may still fail.
	if (pending > 0 || processing > 0) return null;
	return failed > 0 ? 'failed' : 'succeeded';
}

/** When a job ended, as the service wrote it; null before that, or when the service does not say. */
export function endedAt(job: JobEnd): string | null {
	const field = ENDED_AT.get(job.status as never);
	return (field && job[field]) ?? null;
}
