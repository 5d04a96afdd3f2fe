import { createHash } from 'node:crypto';

const HASH_LENGTH = 8;
const SECONDS_LENGTH = 6;
const ENTRY_LENGTH = HASH_LENGTH + SECONDS_LENGTH;

/** The stored form: everything up to `floor` is dealt with, and of what came later the entries are. */
export interface StoredLedger {
	/** Epoch ms by the service's clock. */
	floor: number;
	/** Fixed-width entries, oldest first: 8 characters of hash, 6 of seconds in base 36. */
	entries: string;
}

/**
 * Which events were delivered, in bounded space: the latest ones one by one, all earlier ones by a
 * time that each event has. Late ones are told apart as long as they are later than the oldest entry
 * that was dropped.
 */
export class Ledger {
	private readonly delivered: Map<string, number>;

	constructor(
		private stored: StoredLedger,
		private readonly capacity: number,
	) {
		this.delivered = new Map(unpack(stored.entries));
	}

	/** Whether the event was delivered, as far as the entries tell. */
	has(eventId: string): boolean {
		return this.delivered.has(hash(eventId));
	}

	/** Whether an event of that time is dealt with, delivered or not. */
	covers(at: number): boolean {
		return at <= this.stored.floor;
	}

	add(eventId: string, at: number): void {
		this.delivered.set(hash(eventId), Math.floor(at / 1000));
	}

	/**
	 * What to keep: the latest entries, whole seconds only, so that the floor splits none. `mayForget`:
	 * up to when entries may be dropped, epoch ms; there are more than fit when all else is later.
	 */
	store(mayForget: number): StoredLedger {
		const entries = [...this.delivered].sort((a, b) => a[1] - b[1]);
		const dropped = entries
			.slice(0, Math.max(0, entries.length - this.capacity))
			.filter(([, seconds]) => endOf(seconds) <= mayForget)
			.at(-1)?.[1];
		if (dropped === undefined) return { floor: this.stored.floor, entries: pack(entries) };
		return {
			floor: Math.max(this.stored.floor, endOf(dropped)),
			entries: pack(entries.filter(([, seconds]) => seconds > dropped)),
		};
	}
}

/** The last millisecond of a second. */
const endOf = (seconds: number): number => seconds * 1000 + 999;

function hash(eventId: string): string {
	return createHash('sha256').update(eventId).digest('base64url').slice(0, HASH_LENGTH);
}

function pack(entries: Array<[string, number]>): string {
	return entries
		.map(([key, seconds]) => key + seconds.toString(36).padStart(SECONDS_LENGTH, '0'))
		.join('');
}

function unpack(packed: string): Array<[string, number]> {
	return entriesOf(packed).map((entry) => [
		entry.slice(0, HASH_LENGTH),
		parseInt(entry.slice(HASH_LENGTH), 36),
	]);
}

/** The entries one by one, as they are stored; what is cut off at the end is none. */
export function entriesOf(packed: string): string[] {
	const whole = Math.floor(packed.length / ENTRY_LENGTH);
	return Array.from({ length: whole }, (_, at) =>
		packed.slice(at * ENTRY_LENGTH, (at + 1) * ENTRY_LENGTH),
	);
}
