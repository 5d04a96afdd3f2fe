import { endedAt, outcomeOf } from '../../../nodes/ArchetypeAi/api/outcome';
import { jobSchema } from '../../../nodes/ArchetypeAi/api/jobs';

const jobOf = (fields: object) =>
	jobSchema.parse({ id: 'job_1', created_at: '2026-06-02T08:00:00Z', ...fields });
const counts = (completed: number, failed: number, more = {}) => ({
	input_progress: { pending: 0, processing: 0, completed, failed, ...more },
});

describe('outcome', () => {
	test.each([
		['COMPLETED', counts(3, 0), 'succeeded'],
		['COMPLETED', counts(2, 1), 'partly_failed'],
		['COMPLETED', counts(0, 3), 'failed'],
		['FAILED', counts(3, 0), 'failed'],
		['FAILED', {}, 'failed'],
		['CANCELLED', counts(0, 3), 'cancelled'],
	])('%s with %j is %s', (status, fields, outcome) => {
		expect(outcomeOf(jobOf({ status, ...fields }))).toBe(outcome);
	});

	test.each([
		['no counts', {}],
		['null', { input_progress: null }],
		['counts that lack one', { input_progress: { pending: 0, processing: 0, completed: 3 } }],
		['texts', counts(3, 0, { failed: '0' })],
		['a negative count', counts(3, -1)],
		['counts that are late', counts(2, 0, { processing: 1 })],
		['counts that are late, with failed ones', counts(0, 2, { pending: 1 })],
	])('unknown is never success: COMPLETED with %s is null', (_, fields) => {
		expect(outcomeOf(jobOf({ status: 'COMPLETED', ...fields }))).toBeNull();
	});

	test('one failed input of several is partly failed before the counts are complete', () => {
		const job = jobOf({ status: 'COMPLETED', ...counts(1, 1, { pending: 1 }) });
		expect(outcomeOf(job)).toBe('partly_failed');
	});

	test.each(['PENDING', 'ADMITTED', 'RUNNING', 'PREEMPTED', 'CANCELLING'])(
		'null before the end: %s',
		(status) => {
			expect(outcomeOf(jobOf({ status, ...counts(3, 0) }))).toBeNull();
		},
	);
});

describe('ended_at', () => {
	const stamps = {
		completed_at: '2026-06-02T09:00:00Z',
		failed_at: '2026-06-02T10:00:00Z',
		cancelled_at: '2026-06-02T11:00:00Z',
	};
	test.each([
		['COMPLETED', stamps.completed_at],
		['FAILED', stamps.failed_at],
		['CANCELLED', stamps.cancelled_at],
		// Timestamps of the previous run, which a retry leaves in place.
		['RUNNING', null],
	])('of %s is the timestamp of that end', (status, expected) => {
		expect(endedAt(jobOf({ status, ...stamps }))).toBe(expected);
	});

	test('is null where the service does not say', () => {
		expect(endedAt(jobOf({ status: 'COMPLETED' }))).toBeNull();
	});
});
