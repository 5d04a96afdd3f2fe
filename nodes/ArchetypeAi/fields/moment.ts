import { tryToParseDateTime } from 'n8n-workflow';

import { asText } from './values';

/** Year, month and day in this order, with any separators. */
const YEAR_FIRST = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?=$|[T\s])/;
const MONTH = '(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\\.?';
/** A day, a month name and a year, in either order, with an optional day of the week. */
const MONTH_BY_NAME = new RegExp(
	`^(?:[a-z]{3,9},?\\s+)?(?:\\d{1,2}(?:st|nd|rd|th)?\\s+${MONTH}|${MONTH}\\s+\\d{1,2}(?:st|nd|rd|th)?),?\\s+(?:\\d{4}|\\d{1,2}:)`,
	'i',
);
/** A zone after a time of day, or the name of one. */
const ZONE =
	/(?:\d|[ap]m|\s)(?:Z|UTC|GMT|[ECMP][SD]T)$|(?::\d{2}(?:[.,]\d+)?\s?|GMT|UTC)[+-]\d{2}(?::?\d{2})?$|[a-z]\/[a-z_/]{2,40}\]?$/i;
/** Seconds or milliseconds since 1970, for the years 2001 to 2286. */
const EPOCH = /^\d{10}(?:\d{3})?$/;

/**
 * A time that a user entered, as epoch ms: one without a zone is in `zone`, however it is written. The host
 * alone would read some formats in the zone of the server.
 *
 * @throws Error when it is not a time, or when it is unclear which number is the month.
 */
export function momentOf(value: unknown, zone: string): number {
	if (typeof value === 'object') return tryToParseDateTime(value, zone).toMillis();
	const text = (asText(value) ?? '').replace(/ \([^()]{0,80}\)$/, '');
	if (EPOCH.test(text)) return Number(text) * (text.length === 10 ? 1_000 : 1);
	const written = text.replace(YEAR_FIRST, (_, year: string, month: string, day: string) =>
		[year, month.padStart(2, '0'), day.padStart(2, '0')].join('-'),
	);
	if (!/\d{4}/.test(written)) throw new Error('no year');
	const parsed = [zone, 'UTC+1', 'UTC-1'].map((each) => inZone(written, each));
	const [own = NaN, east, west] = parsed;
	const isClear = Number.isFinite(own) && (east !== west || ZONE.test(written));
	if (isClear) return own;
	if (!MONTH_BY_NAME.test(written) && !YEAR_FIRST.test(written)) throw new Error('no time');

	// The host has read it in the server's zone: shift its wall-clock time to UTC.
	const wall = Date.parse(`${written.replace(/(\d)(?:st|nd|rd|th)\b/i, '$1')} UTC`);
	const local = new Date(wall).toISOString();
	// JavaScript reads June 31 as July 1.
	const isDay = YEAR_FIRST.test(written)
		? local.startsWith(written.slice(0, 10))
		: new RegExp(`(?<!\\d)0?${new Date(wall).getUTCDate()}(?!\\d)`).test(written);
	if (!isDay) throw new Error('no such day');
	return inZone(local.slice(0, -1), zone);
}

/** NaN when the host cannot read it. */
function inZone(text: string, zone: string): number {
	try {
		return tryToParseDateTime(text, zone).toMillis();
	} catch {
		return NaN;
	}
}
