import { timeOf } from '../../../api/time';
import type { ReportFacts } from './facts';
import { lineOf, progressOf } from './progress';
import type { Progress } from './progress';
import {
	countInWords,
	durationInWords,
	numberInWords,
	oneLine,
	sizeInWords,
	timeInWords,
} from './words';

/** A report in words, line by line, before it is formatted. It contains no markup. */
export interface Report {
	/** `Job "pump-7" partly failed` */
	headline: string;
	progress: Progress | null;
	/** `▓▓▓▓▓░░░ 62 % · 5 of 8 inputs · 1 failed` */
	line: string;
	/** The details, each with its label. */
	details: Array<[label: string, value: string]>;
	sections: ReportSection[];
}

/** A list with a title, and a line for what it leaves out. */
export interface ReportSection {
	title: string;
	lines: string[];
	more: string | null;
}

/** The most characters of a name and of a message; more does not help the reader of a report. */
const LONGEST_NAME = 100;
const LONGEST_MESSAGE = 300;

const OUTCOMES = {
	succeeded: 'succeeded',
	partly_failed: 'partly failed',
	failed: 'failed',
	cancelled: 'was cancelled',
};
const STATES = new Map([
	['PENDING', 'is waiting'],
	['ADMITTED', 'is about to start'],
	['RUNNING', 'is running'],
	['PREEMPTED', 'was interrupted and waits'],
	['COMPLETED', 'completed; whether all inputs succeeded is not known'],
]);

/** The report of a job, with times in a time zone by its name. Pure. */
export function reportOf(facts: ReportFacts, zone: string): Report {
	const progress = progressOf(facts);
	return {
		headline: headlineOf(facts),
		progress,
		line: lineOf(progress),
		details: detailsOf(facts, zone),
		sections: [failedInputs(facts), errorEvents(facts, zone)].filter(
			({ lines, more }) => lines.length > 0 || more !== null,
		),
	};
}

const nameOf = (name: string | null): string => oneLine(name ?? '', LONGEST_NAME);

function headlineOf({ id, name, outcome, status }: ReportFacts): string {
	const state = outcome === null ? STATES.get(status) : OUTCOMES[outcome];
	return `Job "${nameOf(name) || id}" ${state ?? `is ${oneLine(status, LONGEST_NAME)}`}`;
}

function detailsOf(facts: ReportFacts, zone: string): Report['details'] {
	const { id, outputs, pipeline, reason, retries } = facts;
	const details: Array<[string, string | null]> = [
		['Reason', reason && oneLine(reason, LONGEST_MESSAGE)],
		['Inputs', inputsOf(facts)],
		['Waited for', waitedFor(facts)],
		['Ran for', ranFor(facts, zone)],
		['Outputs', outputsOf(outputs)],
		['Pipeline', nameOf(pipeline)],
		['Retries', retries > 0 ? numberInWords(retries) : null],
		['Job ID', id],
	];
	return details.flatMap(([label, value]) => (value ? [[label, value]] : []));
}

function inputsOf({ counts, failedInputs: { total } }: ReportFacts): string {
	if (counts === null) return total > 0 ? `${numberInWords(total)} failed` : 'not counted';
	const { completed, failed, pending, processing } = counts;
	const left = pending + processing;
	return [
		`${numberInWords(completed)} completed`,
		`${numberInWords(failed)} failed`,
		...(left > 0 ? [`${numberInWords(left)} to go`] : []),
	].join(', ');
}

/** Not for a retried job: it was created before another run. */
function waitedFor({ createdAt, retries, startedAt }: ReportFacts): string | null {
	if (createdAt === null || startedAt === null || retries > 0) return null;
	return durationInWords(startedAt - createdAt);
}

function ranFor({ endedAt, now, outcome, startedAt, status }: ReportFacts, zone: string): string {
	const hasEnded = outcome !== null || status === 'COMPLETED';
	if (startedAt === null) return hasEnded ? 'it never started' : 'it has not started';
	const start = timeInWords(startedAt, zone);
	if (endedAt !== null) {
		return `${durationInWords(endedAt - startedAt)} (${start} to ${timeInWords(endedAt, zone)})`;
	}
	if (hasEnded) return `not known (since ${start})`;
	return `${durationInWords(now - startedAt)} so far (since ${start})`;
}

function outputsOf({ added, bytes, total }: ReportFacts['outputs']): string {
	if (total === 0) return 'none';
	const files = countInWords(total, 'file');
	if (added === 0) return files;
	if (added >= total) return `${files}, ${sizeInWords(bytes)}`;
	return `${files}, ${sizeInWords(bytes)} in ${numberInWords(added)} of them`;
}

function failedInputs({ failedInputs: { listed, total } }: ReportFacts): ReportSection {
	return {
		title: 'Failed inputs',
		lines: listed.map(
			({ id, name, message }) =>
				`${nameOf(name) || id}: ${oneLine(message ?? '', LONGEST_MESSAGE) || 'no message'}`,
		),
		more: total > listed.length ? `and ${numberInWords(total - listed.length)} more` : null,
	};
}

function errorEvents({ events }: ReportFacts, zone: string): ReportSection {
	const { listed, lookedAt, total } = events;
	return {
		title: 'Last error events',
		lines: listed.map(({ createdAt, level, type, message }) => {
			const at = timeOf(createdAt);
			const when = Number.isFinite(at) ? timeInWords(at, zone) : 'at an unknown time';
			const words = oneLine(message ?? '', LONGEST_MESSAGE) || oneLine(type, LONGEST_NAME);
			return `${when} ${oneLine(level, LONGEST_NAME)}: ${words}`;
		}),
		more:
			lookedAt < total
				? `the newest of ${numberInWords(lookedAt)} that were looked at, out of ${numberInWords(total)}`
				: total > listed.length
					? `and ${numberInWords(total - listed.length)} before`
					: null,
	};
}
