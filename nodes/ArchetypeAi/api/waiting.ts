import { pause } from './retry';

/** The first pause between two checks, in ms; each is half as long again as the last. */
const FIRST_PAUSE_MS = 2_000;
const GROWTH = 1.5;
const LONGEST_PAUSE_MS = 30_000;
/** How long a service may be unavailable before waiting ends with its error. */
export const LONGEST_OUTAGE_MS = 5 * 60_000;

export interface Wait<Row> {
	/** Reads the current state. */
	look: () => Promise<Row>;
	isOver: (row: Row) => boolean;
	/** How long to wait in total, in ms. */
	limitMs: number;
	/** Ends waiting at once when the execution is cancelled. */
	signal?: AbortSignal;
	/** Whether a failed check may recover by itself. */
	isPassing: (error: unknown) => boolean;
}

/**
 * The state when it is over, or when the time is up, with which of the two it was. Checks at once, then at
 * intervals that grow from 2 s to 30 s, and a last time when the limit is reached.
 *
 * @throws the error of the first check, or one that is permanent or lasts five minutes; the signal's
 * reason.
 */
export async function waitUntil<Row>(wait: Wait<Row>): Promise<{ row: Row; isOver: boolean }> {
	const { look, isOver, limitMs, signal, isPassing } = wait;
	const until = Date.now() + limitMs;
	let pauseMs = FIRST_PAUSE_MS;
	let failingSince: number | undefined;
	let wasSeen = false;
	while (true) {
		signal?.throwIfAborted();
		const seen = await look().then(
			(row) => ({ row }),
			(error: Error) => ({ error }),
		);
		if ('row' in seen) {
			failingSince = undefined;
			wasSeen = true;
			if (isOver(seen.row)) return { row: seen.row, isOver: true };
			if (Date.now() >= until) return { row: seen.row, isOver: false };
		} else {
			failingSince ??= Date.now();
			const isLasting = Date.now() - failingSince >= LONGEST_OUTAGE_MS || Date.now() >= until;
			const isHopeless = !wasSeen || isLasting || signal?.aborted === true;
			if (isHopeless || !isPassing(seen.error)) throw seen.error;
		}
		await pause(Math.min(pauseMs, Math.max(0, until - Date.now())), signal);
		pauseMs = Math.min(pauseMs * GROWTH, LONGEST_PAUSE_MS);
	}
}
