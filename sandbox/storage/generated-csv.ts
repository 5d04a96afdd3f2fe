import { Readable } from 'node:stream';

const HEADER = Buffer.from('DATE_TIME,Prediction\n');
const LABELS = ['running', 'standby', 'stopped'];
const ROWS_PER_HOUR = 3600;
const HOUR_PREFIX = 'YYYY-MM-DD HH'.length;
const ROW = 'YYYY-MM-DD HH:MM:SS,running\n'.length;
const HOUR = ROWS_PER_HOUR * ROW;
const FIRST_HOUR_MS = Date.UTC(2024, 0, 1);
const MS_PER_HOUR = 3_600_000;
/** Past this hour, the dates would need a five-digit year. */
const HOURS_BEFORE_YEAR_9999 = 69_000_000;

/** An hour of rows for each mix of the labels; only the date and hour are missing. */
const hours = LABELS.map((_, mix) => {
	let text = '';
	for (let second = 0; second < ROWS_PER_HOUR; second++) {
		const minutes = String(Math.floor(second / 60)).padStart(2, '0');
		const label = LABELS[(Math.floor(second / (61 + 17 * mix)) + mix) % LABELS.length];
		text += `${'x'.repeat(HOUR_PREFIX)}:${minutes}:${String(second % 60).padStart(2, '0')},${label}\n`;
	}
	return Buffer.from(text);
});

/** Returns how many hours a file of this size spans, at one row a second. */
export function hoursIn(bytes: number): number {
	return Math.ceil(Math.max(bytes - HEADER.length, 0) / HOUR);
}

/**
 * Returns bytes `from` to `to` (exclusive) of a generated CSV of predictions of exactly `size`
 * bytes: one row per second, starting at hour `start` since 2024. The same arguments give the same
 * bytes; only the chunk in flight is in memory.
 */
export function generatedCsv(size: number, start: number, from: number, to: number): Readable {
	return Readable.from(chunks(size, start, from, to), { objectMode: false });
}

function* chunks(size: number, start: number, from: number, to: number): Generator<Buffer> {
	for (let at = from; at < Math.min(to, size);) {
		const piece = pieceAt(at, size, start);
		const chunk = piece.bytes.subarray(at - piece.at, Math.min(to, size) - piece.at);
		yield chunk;
		at += chunk.length;
	}
}

/** The header, an hour of rows or the last row: whichever holds byte `at`, and where it begins. */
function pieceAt(at: number, size: number, start: number): { at: number; bytes: Buffer } {
	if (at < HEADER.length) return { at: 0, bytes: HEADER };
	const rows = Math.floor((size - HEADER.length) / ROW);
	const lastAt = HEADER.length + Math.max(rows - 1, 0) * ROW;
	if (at >= lastAt) return { at: lastAt, bytes: lastRow(rows, size - lastAt, start) };
	const hour = Math.floor((at - HEADER.length) / HOUR);
	const hourAt = HEADER.length + hour * HOUR;
	return { at: hourAt, bytes: hourOf(start + hour).subarray(0, lastAt - hourAt) };
}

/** The last row absorbs the leftover bytes, as digits of its seconds. */
function lastRow(rows: number, bytes: number, start: number): Buffer {
	if (rows === 0) return Buffer.alloc(bytes, '\n');
	const hour = start + Math.floor((rows - 1) / ROWS_PER_HOUR);
	const at = ((rows - 1) % ROWS_PER_HOUR) * ROW;
	const template = templateOf(hour).toString('latin1', at + HOUR_PREFIX, at + ROW);
	const row = `${prefixOf(hour)}${template}`;
	const [time, label] = row.split(',');
	const spare = bytes - ROW;
	// A lone dot would not be a valid time: a single spare byte becomes the zone.
	const padding = spare === 1 ? 'Z' : '.'.padEnd(spare, '0').slice(0, spare);
	return Buffer.from(`${time}${padding},${label}`);
}

function hourOf(hour: number): Buffer {
	const bytes = Buffer.from(templateOf(hour));
	const prefix = Buffer.from(prefixOf(hour));
	for (let at = 0; at < HOUR; at += ROW) bytes.set(prefix, at);
	return bytes;
}

function templateOf(hour: number): Buffer {
	return hours[hour % hours.length]!;
}

function prefixOf(hour: number): string {
	const time = new Date(FIRST_HOUR_MS + (hour % HOURS_BEFORE_YEAR_9999) * MS_PER_HOUR);
	return time.toISOString().replace('T', ' ').slice(0, HOUR_PREFIX);
}
