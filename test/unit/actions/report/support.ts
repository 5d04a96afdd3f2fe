import fc from 'fast-check';

import type { ReportFacts } from '../../../../nodes/ArchetypeAi/actions/job/report/facts';
import { reportOf, type Report } from '../../../../nodes/ArchetypeAi/actions/job/report/report';

const MINUTE_MS = 60_000;
const CREATED = Date.UTC(2026, 2, 2, 8, 0);

/** A job that has run for an hour, with five of eight inputs done, one of which failed. */
export const factsOf = (changes: Partial<ReportFacts> = {}): ReportFacts => ({
	...{ id: 'job_3h7m', name: 'pump-7', status: 'RUNNING', outcome: null },
	...{ pipeline: 'machine-state-classification 1.1.1', reason: null, retries: 0 },
	...{ createdAt: CREATED, startedAt: CREATED + 2 * MINUTE_MS, endedAt: null },
	now: CREATED + 62 * MINUTE_MS,
	counts: { pending: 2, processing: 1, completed: 4, failed: 1 },
	failedInputs: { total: 1, listed: [{ id: 'inp_1', name: 'a.csv', message: 'bad header' }] },
	events: {
		listed: [
			{
				...{ createdAt: '2026-03-02T08:30:00Z', level: 'FAILED', type: 'inference.failed' },
				message: 'Processing failed for a.csv',
			},
		],
		...{ lookedAt: 1, total: 1 },
	},
	outputs: { total: 3, bytes: 441_000, added: 3 },
	...changes,
});

export const report = (changes: Partial<ReportFacts> = {}, zone = 'UTC'): Report =>
	reportOf(factsOf(changes), zone);

/** Texts that a service's fields may hold: markup, controls, lone surrogates, long ones. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
	fc.string({ unit: 'binary', maxLength: 60 }),
	fc
		.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 40 })
		.map((units) => String.fromCharCode(...units)),
	fc
		.array(
			fc.constantFrom(
				...[
					'<script>',
					'</td>',
					'-->',
					'<!--',
					'"',
					"'",
					'&lt;',
					'&#0;',
					'<!channel>',
					'<@U1>',
					']]>',
				],
				...[
					'<img src=x onerror=alert(1)>',
					'*',
					'_',
					'~',
					'`',
					':smile:',
					'@here',
					'\u202e',
					'\0',
					'\n',
				],
				...[
					'javascript:',
					'https://a.example/?X-Amz-Signature=1',
					'</svg>',
					'<![CDATA[',
					'{{ $json }}',
				],
			),
			{ maxLength: 30 },
		)
		.map((pieces) => pieces.join('')),
	fc.integer({ min: 1, max: 4_000 }).map((length) => '<&"\u{1f600}'.repeat(length)),
);

const anyCount = fc.integer({ min: 0, max: 100_000 });
const anyTime = fc.oneof(fc.constant(null), fc.integer({ min: -8.64e15, max: 8.64e15 }));

/** What a service may return, in every field that holds text or numbers. */
export const anyFacts: fc.Arbitrary<ReportFacts> = fc.record({
	id: fc.stringMatching(/^[\w-]{1,100}$/),
	...{ name: fc.option(anyText), status: anyText, pipeline: fc.option(anyText) },
	outcome: fc.constantFrom(null, 'succeeded', 'partly_failed', 'failed', 'cancelled'),
	...{ reason: fc.option(anyText), retries: anyCount },
	...{ createdAt: anyTime, startedAt: anyTime, endedAt: anyTime },
	now: fc.integer({ min: 0, max: 4e12 }),
	counts: fc.option(
		fc.record({ pending: anyCount, processing: anyCount, completed: anyCount, failed: anyCount }),
	),
	failedInputs: fc.record({
		total: anyCount,
		listed: fc.array(
			fc.record({ id: fc.constant('inp_1'), name: anyText, message: fc.option(anyText) }),
			{ maxLength: 100, size: 'max' },
		),
	}),
	events: fc.record({
		listed: fc.array(
			fc.record({ createdAt: anyText, level: anyText, type: anyText, message: fc.option(anyText) }),
			{ maxLength: 100 },
		),
		...{ lookedAt: anyCount, total: anyCount },
	}),
	outputs: fc.record({ total: anyCount, bytes: fc.maxSafeNat(), added: anyCount }),
});
