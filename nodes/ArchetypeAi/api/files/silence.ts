import type { OpenReply } from '../request';

/** A storage that sends nothing for one to two of these is taken to be gone. */
const SILENCE_MS = 30_000;

/** A transfer whose other side is waited for. */
interface Wait {
	giveUp: () => void;
	/** Nothing had come when last looked at. */
	isSilent: boolean;
	/** What the transfer ends with when it was silent for too long. */
	error?: Error;
}

const waits = new Set<Wait>();
/** One look at all of them, as a timer for each file would outlive the file. */
let isLookDue = false;

/**
 * The chunks of a reply that was asked for as a stream. One that is silent for half a minute to a
 * minute while more is waited for breaks with the code ETIMEDOUT: the host's own timeout ends when
 * the headers are there. The time that the reader takes does not count. The connection is closed
 * when the reader stops early.
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
 * Sends chunks, and returns the reply. Breaks with the code ETIMEDOUT when the other side takes nothing
 * for half a minute to a minute, or is silent for as long after the last chunk. The time that the chunks
 * take to come does not count.
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
	// Unlike the host's sleep(), this timer keeps no process from ending.
	AbortSignal.timeout(SILENCE_MS).addEventListener('abort', look, { once: true });
}

function look(): void {
	isLookDue = false;
	for (const wait of waits) {
		if (wait.isSilent) {
			const error = new Error('The storage is silent');
			wait.error = Object.assign(error, { code: 'ETIMEDOUT' });
			// The host's streams do not end when they are destroyed while they wait for more.
			wait.giveUp();
		}
		wait.isSilent = true;
	}
	if (waits.size > 0) lookLater();
}
