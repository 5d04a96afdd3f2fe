import type { OpenReply } from '../request';

/** A storage that sends nothing for one to two of these intervals is considered dead. */
const SILENCE_MS = 30_000;

/** A transfer that is waiting for the other side. */
interface Wait {
	giveUp: () => void;
	/** Whether nothing had arrived at the last check. */
	isSilent: boolean;
	/** The error of a transfer that was silent for too long. */
	error?: Error;
}

const waits = new Set<Wait>();
/** One check for all of them, since a timer for each file would outlive the file. */
let isLookDue = false;

/**
 * The chunks of a reply that was requested as a stream. If it sends nothing for 30 to 60 seconds while more
 * is expected, fails with the code ETIMEDOUT: the host's own timeout ends once the headers have arrived.
 * The reader's own time does not count. The connection is closed when the reader stops early.
 */
export async function* untilSilent({ body, giveUp }: OpenReply): AsyncGenerator<Buffer> {
	const wait: Wait = { giveUp, isSilent: false };
	try {
		awaitMore(wait);
		for await (const chunk of body as AsyncIterable<Buffer>) {
			waits.delete(wait);
			yield chunk;
			awaitMore(wait);
		}
	} catch (error) {
		throw wait.error ?? error;
	} finally {
		waits.delete(wait);
		giveUp();
	}
}

/**
 * Sends chunks, and returns the reply. Fails with the code ETIMEDOUT when the other side accepts nothing for
 * 30 to 60 seconds, or is silent for as long after the last chunk. The time until the chunks are available
 * does not count.
 */
export async function sentUntilSilent<Reply>(
	chunks: AsyncIterable<Buffer>,
	giveUp: () => void,
	send: (watched: AsyncIterable<Buffer>) => Promise<Reply>,
): Promise<Reply> {
	const wait: Wait = { giveUp, isSilent: false };
	async function* watched(): AsyncGenerator<Buffer> {
		waits.delete(wait);
		for await (const chunk of chunks) {
			awaitMore(wait);
			yield chunk;
			waits.delete(wait);
		}
		awaitMore(wait);
	}
	try {
		awaitMore(wait);
		return await send(watched());
	} catch (error) {
		throw wait.error ?? error;
	} finally {
		waits.delete(wait);
	}
}

function awaitMore(wait: Wait): void {
	wait.isSilent = false;
	waits.add(wait);
	if (!isLookDue) lookLater();
}

function lookLater(): void {
	isLookDue = true;
	// Unlike the host's sleep(), this timer does not keep a process from exiting.
	AbortSignal.timeout(SILENCE_MS).addEventListener('abort', look, { once: true });
}

function look(): void {
	isLookDue = false;
	for (const wait of waits) {
		if (wait.isSilent) {
			const error = new Error('The storage is silent');
			wait.error = Object.assign(error, { code: 'ETIMEDOUT' });
			// The host's streams do not end if destroyed while they wait for more.
			wait.giveUp();
		}
		wait.isSilent = true;
	}
	if (waits.size > 0) lookLater();
}
