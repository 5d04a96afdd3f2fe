/** A storage that brings less than this in so much time of waiting sends no file. */
export const LEAST = { bytes: 1024, ms: 60_000 };

/** Watches whether a transfer trickles: a byte now and then is never silent, and never ends. */
export class Slowness {
	private bytes = 0;
	private waited = 0;

	/** What was brought after `waited` ms; whether that is too little by now. */
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
