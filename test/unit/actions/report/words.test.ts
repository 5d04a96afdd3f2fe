// What a report says: its line, its words, and what they say when something is unknown.
import fc from 'fast-check';

import { plainText } from '../../../../nodes/ArchetypeAi/actions/job/report/plainText';
import { lineOf, progressOf } from '../../../../nodes/ArchetypeAi/actions/job/report/progress';
import {
	cut,
	durationInWords,
	oneLine,
	sizeInWords,
	timeInWords,
} from '../../../../nodes/ArchetypeAi/actions/job/report/words';
import { anyFacts, anyText, report } from './support';
import { reportOf } from '../../../../nodes/ArchetypeAi/actions/job/report/report';

const line = (pending: number, processing: number, completed: number, failed: number): string =>
	lineOf(progressOf({ counts: { pending, processing, completed, failed } }));

describe('the line', () => {
	test.each<[string, string]>([
		[line(2, 1, 4, 1), '▓▓▓▓▓░░░ 62 % · 5 of 8 inputs · 1 failed'],
		[line(8, 0, 0, 0), '░░░░░░░░ 0 % · 0 of 8 inputs'],
		[line(0, 0, 8, 0), '▓▓▓▓▓▓▓▓ 100 % · 8 of 8 inputs'],
		[line(0, 0, 0, 1), '▓▓▓▓▓▓▓▓ 100 % · 1 of 1 input · 1 failed'],
		[line(0, 1, 1_999, 0), '▓▓▓▓▓▓▓░ 99 % · 1,999 of 2,000 inputs'],
		[line(0, 0, 0, 0), 'no inputs'],
		[lineOf(progressOf({ counts: null })), 'inputs not counted'],
	])('%s', (given, expected) => expect(given).toBe(expected));

	test('says 100 % and shows a full bar only when all inputs are done', () => {
		const count = fc.nat(1_000_000);
		const property = fc.property(count, count, count, count, (...counts) => {
			const [pending, processing] = counts;
			const isDone = pending + processing === 0;
			const said = line(...counts);
			if (said === 'no inputs') return;
			expect(said.includes(' 100 % ')).toBe(isDone);
			expect(said.startsWith('▓▓▓▓▓▓▓▓')).toBe(isDone);
			expect([...said.split(' ')[0]!]).toHaveLength(8);
		});
		fc.assert(property);
	});
});

describe('words', () => {
	test.each([
		[0, '0 s'],
		[89_000, '89 s'],
		[90_000, '2 min'],
		[89 * 60_000, '89 min'],
		[119 * 60_000, '1 h 59 min'],
		[59 * 3_600_000, '2 d 11 h'],
		[-5_000, '0 s'],
	])('%d ms are %s', (ms, expected) => expect(durationInWords(ms)).toBe(expected));

	test.each([
		[0, '0 B'],
		[999, '999 B'],
		[1_000, '1.0 kB'],
		[9_960, '10 kB'],
		[441_000, '441 kB'],
		[999_600, '1.0 MB'],
		[1_234_567_890, '1.2 GB'],
		[2.5e20, '250000 PB'],
	])('%d bytes are %s', (bytes, expected) => expect(sizeInWords(bytes)).toBe(expected));

	test.each([
		['UTC', '2026-03-29 00:30 UTC'],
		['Europe/Berlin', '2026-03-29 01:30 GMT+1'],
		['Asia/Kolkata', '2026-03-29 06:00 GMT+5:30'],
		['America/New_York', '2026-03-28 20:30 EDT'],
		['no zone', '2026-03-29 00:30 UTC'],
	])('a time in %s', (zone, expected) => {
		expect(timeInWords(Date.UTC(2026, 2, 29, 0, 30), zone)).toBe(expected);
	});

	test('daylight saving time begins between two times', () => {
		expect(timeInWords(Date.UTC(2026, 2, 29, 1, 30), 'Europe/Berlin')).toBe(
			'2026-03-29 03:30 GMT+2',
		);
	});

	test('a text of others is one line without halves of characters, however it is cut', () => {
		const property = fc.property(anyText, fc.integer({ min: 1, max: 50 }), (text, longest) => {
			const said = oneLine(text, longest);
			expect(said.length).toBeLessThanOrEqual(longest);
			expect(said).not.toMatch(/[\p{Cc}\p{Cs}\u202e\u2028]/u);
			expect(cut(text, longest).length).toBeLessThanOrEqual(longest);
		});
		fc.assert(property);
	});

	test('a text of 30 MB takes no longer than a short one', () => {
		const text = ' \u202e'.repeat(15e6);
		const start = performance.now();
		for (let i = 0; i < 100; i++) oneLine(text, 100);
		expect(performance.now() - start).toBeLessThan(500);
	});
});

describe('the report in plain text', () => {
	test('of a job that runs', () => {
		expect(plainText(report())).toBe(
			[
				'Job "pump-7" is running',
				'▓▓▓▓▓░░░ 62 % · 5 of 8 inputs · 1 failed',
				'',
				'Inputs: 4 completed, 1 failed, 3 to go',
				'Waited for: 2 min',
				'Ran for: 60 min so far (since 2026-03-02 08:02 UTC)',
				'Outputs: 3 files, 441 kB',
				'Pipeline: machine-state-classification 1.1.1',
				'Job ID: job_3h7m',
				'',
				'Failed inputs:',
				'- a.csv: bad header',
				'',
				'Last error events:',
				'- 2026-03-02 08:30 UTC FAILED: Processing failed for a.csv',
			].join('\n'),
		);
	});

	test.each([
		['succeeded', 'COMPLETED', 'succeeded'],
		['partly_failed', 'COMPLETED', 'partly failed'],
		['failed', 'FAILED', 'failed'],
		['cancelled', 'CANCELLED', 'was cancelled'],
		[null, 'COMPLETED', 'completed; whether all inputs succeeded is not known'],
		[null, 'PENDING', 'is waiting'],
		[null, 'PREEMPTED', 'was interrupted and waits'],
		[null, 'CANCELLING', 'is CANCELLING'],
	] as const)('outcome %s and status %s: %s', (outcome, status, expected) => {
		expect(report({ outcome, status }).headline).toBe(`Job "pump-7" ${expected}`);
	});

	test.each<[string, object, string | null]>([
		['Ran for', { startedAt: null }, 'it has not started'],
		['Ran for', { startedAt: null, outcome: 'cancelled' }, 'it never started'],
		['Ran for', { outcome: 'failed' }, 'not known (since 2026-03-02 08:02 UTC)'],
		['Waited for', { retries: 1 }, null],
		['Retries', { retries: 1 }, '1'],
		['Retries', {}, null],
		['Outputs', { outputs: { total: 0, bytes: 0, added: 0 } }, 'none'],
		['Outputs', { outputs: { total: 7, bytes: 0, added: 0 } }, '7 files'],
		[
			'Outputs',
			{ outputs: { total: 5_000, bytes: 294e6, added: 2_000 } },
			'5,000 files, 294 MB in 2,000 of them',
		],
		['Inputs', { counts: null }, '1 failed'],
		['Reason', { reason: 'out of\nmemory' }, 'out of memory'],
		['Pipeline', { pipeline: null }, null],
	])('%s of %j: %s', (label, changes, expected) => {
		expect(new Map(report(changes).details).get(label) ?? null).toBe(expected);
	});

	test('what is left out of a list is said', () => {
		const [, events] = report().sections;
		const failedInputs = { total: 31, listed: [{ id: 'inp_1', name: '', message: null }] };
		const { sections } = report({
			failedInputs,
			events: { listed: [], lookedAt: 200, total: 5_000 },
		});
		expect(events?.more).toBeNull();
		expect(sections).toEqual([
			{ title: 'Failed inputs', lines: ['inp_1: no message'], more: 'and 30 more' },
			{
				...{ title: 'Last error events', lines: [] },
				more: 'the newest of 200 that were looked at, out of 5,000',
			},
		]);
	});

	test('a name has 100 characters at most, a message 300', () => {
		const long = 'x'.repeat(1_000);
		const listed = [{ id: 'inp_1', name: long, message: long }];
		const made = report({ name: long, reason: long, failedInputs: { total: 1, listed } });
		expect(made.headline).toBe(`Job "${'x'.repeat(99)}…" is running`);
		expect(new Map(made.details).get('Reason')).toHaveLength(300);
		expect(made.sections[0]!.lines).toEqual([`${'x'.repeat(99)}…: ${'x'.repeat(299)}…`]);
	});

	test('a job without inputs, outputs or errors has no empty lists', () => {
		const { sections } = report({
			failedInputs: { total: 0, listed: [] },
			events: { listed: [], lookedAt: 0, total: 0 },
		});
		expect(sections).toEqual([]);
	});

	test('whatever the service says, nothing is undefined and each line is one', () => {
		const property = fc.property(anyFacts, (facts) => {
			const made = reportOf(facts, 'Europe/Berlin');
			const lines = [
				made.headline,
				made.line,
				...made.details.flat(),
				...made.sections.flatMap((section) => section.lines),
			];
			for (const each of lines) {
				expect(each).not.toBe('');
				expect(each.length).toBeLessThan(800);
				expect(each).not.toMatch(/[\p{Cc}\p{Cs}\u2028\u2029]/u);
			}
		});
		fc.assert(property, { numRuns: 50 });
	});
});
