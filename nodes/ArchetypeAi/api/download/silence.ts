import type { Body } from './content';

/** A storage that sends nothing for one to two of these is taken to be gone. */
const SILENCE_MS = 30_000;

/** Streams of which more is waited for; whether nothing had come when last looked at. */
const awaited = new Map<Body, { isSilent: boolean }>();
/** One look at all of them, as a timer for each file would outlive the file. */
let isLookDue = false;

/**
 * The chunks of a stream. One that is silent for half a minute to a minute while more is waited for
 * breaks with the code ETIMEDOUT: the host's own timeout ends when the headers are there. The time
 * that the reader takes does not count.
 */
export async function* untilSilent(source: Body): AsyncGenerator<Buffer> {
	try {
		awaitMore(source);
		for await (const chunk of source as AsyncIterable<Buffer>) {
			awaited.delete(source);
			yield chunk;
			awaitMore(source);
		}
	} finally {
		awaited.delete(source);
	}
}

function awaitMore(source: Body): void {
	awaited.set(source, { isSilent: false });
	if (isLookDue) return;
	isLookDue = true;
	// Unlike the host's sleep(), this timer keeps no process from ending.
	AbortSignal.timeout(SILENCE_MS).addEventListener('abort', look, { once: true });
}

function look(): void {
	isLookDue = false;
	for (const [source, wait] of [...awaited]) {
		if (wait.isSilent) {
			const error = new Error('The storage sends nothing any more');
			source.destroy(Object.assign(error, { code: 'ETIMEDOUT' }));
		} else {
			awaitMore(source);
			awaited.set(source, { isSilent: true });
		}
	}
}
