import type { ReportFacts } from './facts';
import { numberInWords } from './words';

/** The progress of a job. */
export interface Progress {
	total: number;
	/** Completed or failed. */
	done: number;
	completed: number;
	failed: number;
	/** Whole percent of the inputs that are done: 100 only when all are, or when there are none. */
	percent: number;
}

/** The progress of a job's inputs; null when they are not counted. */
export function progressOf({ counts }: Pick<ReportFacts, 'counts'>): Progress | null {
	if (counts === null) return null;
	const { pending, processing, completed, failed } = counts;
	const done = completed + failed;
	const total = done + pending + processing;
	return { total, done, completed, failed, percent: percentOf(done, total) };
}

const percentOf = (done: number, total: number): number =>
	total === 0 ? 100 : Math.floor((done / total) * 100);

const CELLS = 8;

/** A bar of eight characters: `▓▓▓▓▓░░░`. */
export function textBar({ done, total }: Progress): string {
	const filled = total === 0 ? 0 : Math.floor((done / total) * CELLS);
	return '▓'.repeat(filled) + '░'.repeat(CELLS - filled);
}

/** `▓▓▓▓▓░░░ 62 % · 5 of 8 inputs · 1 failed` */
export function lineOf(progress: Progress | null): string {
	if (progress === null) return 'inputs not counted';
	const { percent, total } = progress;
	if (total === 0) return 'no inputs';
	return `${textBar(progress)} ${percent} % · ${doneInWords(progress)}`;
}

/** `5 of 8 inputs · 1 failed` */
export function doneInWords({ done, failed, total }: Progress): string {
	const inputs = `${numberInWords(done)} of ${numberInWords(total)} ${total === 1 ? 'input' : 'inputs'}`;
	return failed > 0 ? `${inputs} · ${numberInWords(failed)} failed` : inputs;
}
