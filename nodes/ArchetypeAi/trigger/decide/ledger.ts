import { KEY_LENGTH } from './hash';

const ATTEMPT_LENGTH = 2;
const SECONDS_LENGTH = 6;
const ENTRY_LENGTH = KEY_LENGTH + ATTEMPT_LENGTH + SECONDS_LENGTH;
const MOST_ATTEMPTS = 36 ** ATTEMPT_LENGTH - 1;

/** The stored form: the entries are complete for everything later than `floor`. */
export interface StoredLedger {
	/** Epoch ms, by the clock of the rows. */
	floor: number;
	/** Fixed-width entries in order of arrival: job key, retries and seconds, in base 36. */
	entries: string;
}

interface Entry {
	attempt: number;
	seconds: number;
}

/**
 * Which jobs were seen ended, and after how many retries, in bounded space: the latest one by one, all
 * earlier ones by their time alone.
 */
export class Ledger {
	private readonly jobs: Map<string, Entry>;

	constructor(
		private stored: StoredLedger,
		private readonly capacity: number,
	) {
		this.jobs = unpack(stored.entries);
	}

	get size(): number {
		return this.jobs.size;
	}

	/** The number of retries with which the job was seen ended; undefined when it is not remembered. */
	attemptOf(key: string): number | undefined {
		return this.jobs.get(key)?.attempt;
	}

	/** Whether anything that happened then is already handled. */
	covers(at: number): boolean {
		return at <= this.stored.floor;
	}

	/** Remembers that a job was seen ended, replacing any earlier entry for it. */
	add(key: string, attempt: number, at: number): void {
		const seconds = Math.max(0, Math.floor(at / 1000));
		const known = this.jobs.get(key);
		if (known?.attempt === attempt && known.seconds === seconds) return;
		this.jobs.delete(key);
		this.jobs.set(key, { attempt: Math.min(attempt, MOST_ATTEMPTS), seconds });
	}

	/**
	 * What to keep: the latest entries, in whole seconds, so that the floor splits none. `mayForget`:
	 * entries up to then may be dropped, epoch ms; if all others are later, more are kept than fit.
	 * `fresh`: this many of the newest entries are kept in any case.
	 */
	store(mayForget: number, fresh = 0): StoredLedger {
		const all = [...this.jobs];
		const settled = all.slice(0, Math.max(0, all.length - fresh)).sort(bySeconds);
		const tooMany = all.length - this.capacity;
		const dropped = settled
			.slice(0, Math.max(0, tooMany))
			.filter(([, { seconds }]) => endOf(seconds) <= mayForget)
			.at(-1)?.[1].seconds;
		if (dropped === undefined) return { floor: this.stored.floor, entries: pack(all) };
		const keeps = new Set(all.slice(settled.length).map(([key]) => key));
		return {
			floor: Math.max(this.stored.floor, endOf(dropped)),
			entries: pack(all.filter(([key, { seconds }]) => seconds > dropped || keeps.has(key))),
		};
	}
}

/** How to restore an earlier ledger: how many entries were added, and those they replaced. */
export interface LedgerUndo {
	came: number;
	were: string;
}

export function undoOf(before: StoredLedger, after: StoredLedger): LedgerUndo {
	const known = new Set(chunks(before.entries));
	const came = chunks(after.entries).filter((entry) => !known.has(entry));
	const keys = new Set(came.map(keyOfEntry));
	const were = chunks(before.entries).filter((entry) => keys.has(keyOfEntry(entry)));
	return { came: came.length, were: were.join('') };
}

/** The ledger as it was, except for what was forgotten. */
export function undone({ floor, entries }: StoredLedger, { came, were }: LedgerUndo): StoredLedger {
	return {
		floor,
		entries: entries.slice(0, Math.max(0, entries.length - came * ENTRY_LENGTH)) + were,
	};
}

const keyOfEntry = (entry: string): string => entry.slice(0, KEY_LENGTH);
const bySeconds = (a: [string, Entry], b: [string, Entry]): number => a[1].seconds - b[1].seconds;
/** The last millisecond of a second. */
const endOf = (seconds: number): number => seconds * 1000 + 999;

const pack = (entries: Array<[string, Entry]>): string =>
	entries
		.map(
			([key, { attempt, seconds }]) =>
				key + base36(attempt, ATTEMPT_LENGTH) + base36(seconds, SECONDS_LENGTH),
		)
		.join('');

const base36 = (value: number, length: number): string =>
	value.toString(36).padStart(length, '0').slice(-length);

function unpack(packed: string): Map<string, Entry> {
	const at = KEY_LENGTH + ATTEMPT_LENGTH;
	return new Map(
		chunks(packed).map((entry) => [
			entry.slice(0, KEY_LENGTH),
			{
				attempt: parseInt(entry.slice(KEY_LENGTH, at), 36),
				seconds: parseInt(entry.slice(at), 36),
			},
		]),
	);
}

/** The entries one by one; an incomplete one at the end is ignored. */
function chunks(packed: string): string[] {
	const whole = Math.floor(packed.length / ENTRY_LENGTH);
	return Array.from({ length: whole }, (_, at) =>
		packed.slice(at * ENTRY_LENGTH, (at + 1) * ENTRY_LENGTH),
	);
}
