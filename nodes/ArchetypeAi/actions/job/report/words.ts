/** Numbers, times and texts of the service, worded for a report. Pure. */

/** Line breaks, controls, and characters that change the text direction. */
const UNSEEN = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\u200b\ufeff\s]+/gu;

/** Untrusted text on one line of at most `longest` characters; invalid characters are dropped. */
export function oneLine(text: string, longest: number): string {
	// Cut early, so that megabytes of text cost no more than a long line.
	const line = text
		.slice(0, longest * 4)
		.replace(/[\p{Cs}\p{Noncharacter_Code_Point}]/gu, '')
		.replace(UNSEEN, ' ')
		.trim();
	return cut(line, longest);
}

/** The text, or its beginning and `…`: at most `longest` UTF-16 units. */
export function cut(text: string, longest: number): string {
	if (text.length <= longest) return text;
	return `${text.slice(0, longest - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** `1,234` */
export const numberInWords = (value: number): string => value.toLocaleString('en-US');

/** `1 file`, `1,234 files` */
export const countInWords = (count: number, thing: string): string =>
	`${numberInWords(count)} ${thing}${count === 1 ? '' : 's'}`;

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** `441 kB`, `1.2 GB` */
export function sizeInWords(bytes: number): string {
	let size = bytes;
	let unit = 0;
	// A size that would round to 1000 moves to the next unit.
	while (size >= 999.5 && unit < UNITS.length - 1) {
		size /= 1000;
		unit++;
	}
	const digits = unit > 0 && size < 9.95 ? 1 : 0;
	return `${size.toFixed(digits)} ${UNITS[unit]!}`;
}

/** `45 s`, `89 min`, `1 h 59 min`, `2 d 11 h` */
export function durationInWords(ms: number): string {
	const seconds = Math.max(0, Math.round(ms / 1000));
	if (seconds < 90) return `${seconds} s`;
	const minutes = Math.round(seconds / 60);
	if (minutes < 90) return `${minutes} min`;
	if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
	const hours = Math.round(minutes / 60);
	return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** `2026-03-02 09:45 GMT+1`, in a named time zone; UTC if the host does not know it. */
export function timeInWords(ms: number, zone: string): string {
	const { year, month, day, hour, minute, timeZoneName } = partsOf(ms, zone);
	return `${year}-${month}-${day} ${hour}:${minute} ${timeZoneName}`;
}

/** `09:45` */
export function clockInWords(ms: number, zone: string): string {
	const { hour, minute } = partsOf(ms, zone);
	return `${hour}:${minute}`;
}

/** `03-02 09:45` */
export function dayInWords(ms: number, zone: string): string {
	const { month, day } = partsOf(ms, zone);
	return `${month}-${day} ${clockInWords(ms, zone)}`;
}

function partsOf(ms: number, zone: string): Record<string, string> {
	const parts = formatOf(zone).formatToParts(ms);
	return Object.fromEntries(parts.map(({ type, value }) => [type, value]));
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
	const two = '2-digit';
	const shown = { year: 'numeric', month: two, day: two, hour: two, minute: two } as const;
	const options = { ...shown, hourCycle: 'h23', timeZoneName: 'short' } as const;
	try {
		return new Intl.DateTimeFormat('en-US', { ...options, timeZone });
	} catch {
		return new Intl.DateTimeFormat('en-US', { ...options, timeZone: 'UTC' });
	}
}
