/** The usual form of timestamps; thousands are read in a poll. */
const USUAL = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;

/**
 * A timestamp of the service as epoch ms; 0 when it is missing or unreadable. Times without a zone
 * are UTC.
 */
export function time(timestamp: string | null | undefined): number {
	if (timestamp === null || timestamp === undefined) return 0;
	if (USUAL.test(timestamp)) return Date.parse(timestamp) || 0;
	const text = timestamp
		.trim()
		.replace(/^(\d{4}-\d\d-\d\d) /, '$1T')
		.replace(/(:\d\d),/, '$1.');
	const hasTime = /\dT\d/.test(text);
	const hasZone = /(?:[Zz]|[+-]\d\d(?::?\d\d)?)$/.test(text);
	if (!hasTime) return Date.parse(text) || 0;
	const missing = !hasZone ? 'Z' : /[+-]\d\d$/.test(text) ? ':00' : '';
	return Date.parse(text + missing) || 0;
}
