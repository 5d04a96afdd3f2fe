/** A storage that delivers less than this, in this much waiting time, is too slow. */
export const LEAST = { bytes: 1024, ms: 60_000 };

/** Detects a transfer that trickles: with a byte now and then it is never silent, and never ends. */
export class Slowness {
	private bytes = 0;
	private waited = 0;

	/** Records the bytes received after `waited` ms; returns whether that is too little by now. */
	isTooSlow(bytes: number, waited: number): boolean {
		this.bytes += bytes;
		this.waited += waited;
		if (this.waited < LEAST.ms) return false;
		const isSlow = this.bytes < LEAST.bytes;
		[this.bytes, this.waited] = [0, 0];
		return isSlow;
	}
}

export const TOO_SLOW = `less than ${LEAST.bytes} bytes arrived in a minute`;
