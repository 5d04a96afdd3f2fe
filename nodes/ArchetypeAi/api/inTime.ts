/** A reply whose last byte did not arrive in time. */
class LateReply extends Error {
	readonly code = 'ETIMEDOUT';
}

/**
 * A reply to its last byte, within so many ms. The host's own timeout ends with the headers, so a body
 * could trickle forever; and some hosts are slow to end an aborted request, so this does not wait for
 * that.
 *
 * @throws LateReply when the time is up, `given`'s reason when that fires, and whatever `send` throws.
 */
export async function inTime<Reply>(
	send: (signal: AbortSignal) => Promise<Reply>,
	ms: number,
	given?: AbortSignal,
): Promise<Reply> {
	given?.throwIfAborted();
	const late = AbortSignal.timeout(ms);
	const signal = AbortSignal.any(given === undefined ? [late] : [given, late]);
	let stop = () => {};
	const ended = new Promise<never>((_, reject) => {
		stop = () => reject(late.aborted ? new LateReply() : (signal.reason as Error));
		signal.addEventListener('abort', stop, { once: true });
	});
	const reply = send(signal);
	// If it loses the race, nobody else handles its failure.
	reply.catch(() => {});
	return await Promise.race([reply, ended]).finally(() =>
		signal.removeEventListener('abort', stop),
	);
}
